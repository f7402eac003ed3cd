import { stableUuid } from '../../../device-model/identity.js';
import type { PlanProblem } from '../../contract/plan.js';
import { keyedArgument, keyedValue, type Argument } from './argument.js';
import { joinParts, part, type Part, type PlanContext } from './part.js';

/** What the guest reads in SMBIOS and ACPI tables. */
export function firmwareTables(context: PlanContext): Part {
  return joinParts([smbios(context), acpiTables(context)]);
}

/** UUID of the system: the document's, or one derived from the domain's name. */
export function systemUuid({ document: { metadata, spec } }: PlanContext): string {
  return spec.smbios.uuid ?? stableUuid(metadata.name);
}

function smbios({ document: { spec } }: PlanContext): Part {
  const { manufacturer, product, version, serial, sku, family, assetTag, oemStrings } = spec.smbios;
  const system = { manufacturer, product, version, serial, sku, family };
  const backEnds: Argument[] = [];
  if (Object.values(system).some((value) => value !== undefined)) backEnds.push(keyedArgument('-smbios', 'type=1', system));
  if (assetTag !== undefined) backEnds.push(keyedArgument('-smbios', 'type=3', { asset: assetTag }));
  if (oemStrings.length > 0) backEnds.push(['-smbios', ['type=11', ...oemStrings.map((text) => `value=${keyedValue(text)}`)].join(',')]);
  return part({ backEnds });
}

function acpiTables({ document: { spec } }: PlanContext): Part {
  const problems = spec.acpiTables.flatMap((path, index): PlanProblem[] =>
    path.includes(':')
      ? [{ field: `spec.acpiTables[${index}]`, code: 'PLAN_VALUE_REFUSED', message: 'the path holds a colon, at which QEMU splits a list of files', cure: 'rename the file' }]
      : [],
  );
  return part({
    problems,
    backEnds: spec.acpiTables.map((file) => keyedArgument('-acpitable', undefined, { file })),
    requires: spec.acpiTables.map((path, index) => ({ path, field: `spec.acpiTables[${index}]`, writable: false })),
  });
}

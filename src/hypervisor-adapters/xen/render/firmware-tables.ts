import { stableUuid } from '../../../device-model/identity.js';
import { joinParts, part, type Part, type PlanContext } from './part.js';
import { smbiosStructures } from './smbios.js';

/** UUID of the domain, for Xen and in the guest's tables: the document's, or one that no other state directory of this host has. */
export function domainUuid({ document: { spec }, layout }: Pick<PlanContext, 'document' | 'layout'>): string {
  return spec.smbios.uuid ?? stableUuid('xen', layout.directory);
}

/** ACPI and SMBIOS tables of an emulated PC; those of other guests are refused by the table of unserved fields, and a second ACPI file as well. */
export function firmwareTables(context: PlanContext): Part {
  return context.type === 'hvm' ? joinParts([acpiTables(context), smbios(context)]) : part({});
}

function acpiTables({ document: { spec } }: PlanContext): Part {
  const [file] = spec.acpiTables;
  if (file === undefined) return part({});
  return part({
    settings: [{ key: 'acpi_firmware', value: file, field: 'spec.acpiTables[0]' }],
    requires: [{ path: file, field: 'spec.acpiTables[0]', writable: false }],
  });
}

/** xl has words for none of the strings, but passes a file on to hvmloader, which makes the tables. */
function smbios(context: PlanContext): Part {
  const { document, facts, layout } = context;
  const content = smbiosStructures(document.spec.smbios, { uuid: domainUuid(context), version: facts.version ?? '' });
  if (content === undefined) return part({});
  const path = `${layout.directory}/smbios.bin`;
  return part({ settings: [{ key: 'smbios_firmware', value: path, field: 'spec.smbios' }], files: [{ path, content: content.toString('base64'), encoding: 'base64', mode: 0o600 }] });
}

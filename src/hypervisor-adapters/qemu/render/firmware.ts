import type { PropertyValue } from '../../../device-model/model.js';
import type { FirmwareFacts } from '../../contract/facts.js';
import { jsonArgument, keyedArgument, type Argument } from './argument.js';
import { part, type Part, type PlanContext } from './part.js';

/** Names in documents have no dots, so that these are never theirs. */
const codeNode = 'firmware.code';
const variablesNode = 'firmware.variables';
/** In the state directory, which is where the anchor runs. */
const variablesFile = 'firmware-vars.fd';

/** UEFI firmware in flash: code that all domains share, and the domain's own variables, which outlive its stops. */
export function firmware(context: PlanContext): Part {
  const { boot } = context.document.spec;
  if (boot.firmware !== 'uefi') return part({});
  const found = firmwareFor(context);
  if (found === undefined) {
    const what = boot.secureBoot ? 'UEFI firmware with secure boot' : 'UEFI firmware';
    return part({
      problems: [
        {
          field: boot.secureBoot ? 'spec.boot.secureBoot' : 'spec.boot.firmware',
          code: 'PLAN_FIRMWARE_MISSING',
          message: `this host has no ${what} for machine ${context.machine.type}`,
          cure: 'install it: apt-get install ovmf, dnf install edk2-ovmf or apk add ovmf',
        },
      ],
    });
  }
  return part({
    backEnds: [flash(codeNode, found.code, true), flash(variablesNode, variablesFile, false), ...lockedVariables(found)],
    copies: [{ from: found.variables, to: `${context.layout.directory}/${variablesFile}`, mode: 0o600 }],
    requires: [found.code, found.variables].map((path) => ({ path, field: 'spec.boot.firmware', writable: false })),
  });
}

/** What the machine must be told of its flash. */
export function firmwareProperties(context: PlanContext): Readonly<Record<string, PropertyValue>> {
  const found = context.document.spec.boot.firmware === 'uefi' ? firmwareFor(context) : undefined;
  if (found === undefined) return {};
  return { pflash0: codeNode, pflash1: variablesNode, ...(found.needsSmm ? { smm: true } : {}) };
}

/** Secure boot where the document asks for it, and nothing that costs system management mode where it does not. */
function firmwareFor({ document, facts, machine }: PlanContext): FirmwareFacts | undefined {
  const { secureBoot } = document.spec.boot;
  const versioned = { q35: 'pc-q35-', pc: 'pc-i440fx-' }[machine.family];
  return facts.firmware?.find(
    (candidate) =>
      (secureBoot ? candidate.secureBoot : !candidate.needsSmm) && candidate.machines.some((pattern) => pattern.startsWith(versioned)),
  );
}

/** Only code in system management mode may write the variables: otherwise the guest's system could enrol keys of its own. */
function lockedVariables({ needsSmm }: FirmwareFacts): readonly Argument[] {
  return needsSmm ? [keyedArgument('-global', undefined, { driver: 'cfi.pflash01', property: 'secure', value: true })] : [];
}

function flash(node: string, filename: string, readOnly: boolean): Argument {
  return jsonArgument('-blockdev', {
    driver: 'raw',
    'node-name': node,
    'read-only': readOnly,
    file: { driver: 'file', filename, 'read-only': readOnly },
  });
}

import { stableUuid } from '../../../device-model/identity.js';
import { part, type Part, type PlanContext } from './part.js';

/** UUID of the domain, for Xen and in the guest's tables: the document's, or one that no other state directory of this host has. */
export function domainUuid({ document: { spec }, layout }: Pick<PlanContext, 'document' | 'layout'>): string {
  return spec.smbios.uuid ?? stableUuid('xen', layout.directory);
}

/** A file with ACPI tables; a second one, and those of other guests than hvm, are refused by the table of unserved fields. */
export function firmwareTables({ document: { spec }, type }: PlanContext): Part {
  const [file] = spec.acpiTables;
  if (file === undefined || type !== 'hvm') return part({});
  return part({
    settings: [{ key: 'acpi_firmware', value: file, field: 'spec.acpiTables[0]' }],
    requires: [{ path: file, field: 'spec.acpiTables[0]', writable: false }],
  });
}

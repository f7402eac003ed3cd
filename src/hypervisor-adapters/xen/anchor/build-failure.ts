import { WindlassError } from '../../../errors.js';

/** libxl gives up on a device after ten seconds without an answer of its back end, whose domain and kind are in the path. */
const silent = /unable to add device with path \/local\/domain\/(\d+)\/backend\/(\w+)\//;

/** Back ends that are programs or domains which the document names: no toolstack starts them. */
const named = {
  vtpm: { what: 'vTPM', field: 'spec.xen.tpmBackend' },
  vdispl: { what: 'display', field: 'spec.xen.displayBackend' },
  vinput: { what: 'keyboard and pointer', field: 'spec.xen.displayBackend' },
  vsnd: { what: 'sound card', field: 'spec.xen.soundBackend' },
  pvcalls: { what: 'sockets', field: 'spec.xen.pvcalls' },
} as const;

type Named = keyof typeof named;

const isNamed = (kind: string): kind is Named => Object.hasOwn(named, kind);

interface Silence {
  readonly field: string;
  readonly message: string;
  readonly cure: string;
}

function silenceOf(domid: string, kind: Named): Silence {
  const device = named[kind];
  const cure = `start what serves ${kind} in the domain that ${device.field} names; the start is tried again by the restart policy`;
  return { field: device.field, message: `nothing in domain ${domid} has answered for the ${device.what} (${kind})`, cure };
}

function silence(log: string): Silence | undefined {
  const [, domid = '', kind = ''] = silent.exec(log) ?? [];
  return isNamed(kind) ? silenceOf(domid, kind) : undefined;
}

const failure = ({ cure, field, message }: Silence): WindlassError => new WindlassError('XEN_BACK_END_SILENT', message, { retryable: true, neverRan: true, field, cure });

/** XEN_BACK_END_SILENT for a device of this kind that nothing in a domain has answered for. */
export function backEndSilent(domid: string, kind: Named): WindlassError {
  return failure(silenceOf(domid, kind));
}

/**
 * Why xl ended before its domain was complete, as far as its log tells: XEN_BACK_END_SILENT or XEN_BUILD_INTERRUPTED. Both may go well next
 * time, and nothing has run this time.
 */
export function buildFailure(log: string): WindlassError {
  const found = silence(log);
  return found === undefined ? new WindlassError('XEN_BUILD_INTERRUPTED', 'xl ended before its domain was complete', { retryable: true, neverRan: true }) : failure(found);
}

/** The same where the end of xl was seen before its failure. */
export function explains(log: string): string | undefined {
  const found = silence(log);
  return found === undefined ? undefined : `${found.message}; ${found.cure}`;
}

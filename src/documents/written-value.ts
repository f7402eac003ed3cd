import { formatDuration, formatSize } from './units.js';

const sizes = /^spec\.(?:memory\.(?:size|max)|memoryOverhead|limits\.memory)$/;
const durations = /^spec\.(?:deadlines\.\w+|restart\.stableAfter|restart\.backoff\.(?:initial|max)|probes\.\w+\.(?:interval|timeout))$/;

/** A value of a field that was read, as somebody would write it in a document: `64Mi` and `10s` instead of bytes and milliseconds. */
export function writtenValue(field: string, value: unknown): string {
  if (value === undefined) return 'none';
  if (typeof value === 'number' && sizes.test(field)) return formatSize(value);
  if (typeof value === 'number' && durations.test(field)) return formatDuration(value);
  return JSON.stringify(value);
}

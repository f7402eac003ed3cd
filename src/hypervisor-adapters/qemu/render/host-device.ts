import type { PlanContext } from './part.js';

/** QEMU opens block devices and files with different drivers. Where nobody looked, a path below /dev is a device. */
export function isHostDevice({ seen }: PlanContext, path: string): boolean {
  const kind = seen?.[path]?.kind;
  return kind === undefined ? path.startsWith('/dev/') : kind === 'block-device' || kind === 'character-device';
}

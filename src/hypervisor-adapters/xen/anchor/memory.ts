/** What a guest may have of the memory that its domain was made for: a target in the store, which the guest's balloon driver follows. */
import type { ClockPort } from '../../../effects/ports/clock.js';
import type { Xenstore } from '../channel/xenstore/store.js';
import type { Xl } from '../channel/xl/xl.js';

const kibibyte = 1024;
/**
 * KiB that libxl keeps back of the memory of an hvm guest that is made with less than its most (libxl__get_targetmem_fudge), and not when its
 * target is set.
 */
const keptBack = 1024;

/** Milliseconds for a guest to give memory back: its driver does so within one, and one that is busy or paused may take as long as it likes. */
const givingBack = 3_000;
/** Milliseconds between two looks: no event tells that memory has come back. */
const betweenLooks = 250;
/** Bytes of the difference that Xen's own pages may make. */
const slack = 4 * 2 ** 20;

export const targetPath = (id: number): string => `/local/domain/${id}/memory/target`;

/** Bytes that the guest may have now, the memory of its display with them; undefined where the store does not say. */
export async function readMemory(store: Pick<Xenstore, 'read'>, id: number, type: string | undefined): Promise<number | undefined> {
  const [target, video, most] = await Promise.all([store.read(targetPath(id)), store.read(`/local/domain/${id}/memory/videoram`), store.read(`/local/domain/${id}/memory/static-max`)]);
  if (target === undefined || !/^\d{1,12}$/.test(target)) return undefined;
  const display = video !== undefined && /^\d{1,9}$/.test(video) ? Number(video) : 0;
  const seen = Number(target) + display;
  return (seen === Number(most) ? seen : seen + unseen(type)) * kibibyte;
}

/** Sets the target so that `readMemory` reads these bytes. */
export async function setMemory(xl: Pick<Xl, 'memSet'>, id: number, type: string | undefined, bytes: number): Promise<void> {
  await xl.memSet(id, Math.floor(bytes / kibibyte) - unseen(type));
}

/** Resolves to the bytes that the guest holds once it has given back what is beyond `bytes`, or after three seconds. Rejects with the signal's reason. */
export async function untilGivenBack(clock: ClockPort, look: () => Promise<number>, bytes: number, signal: AbortSignal): Promise<number> {
  const until = clock.now() + givingBack;
  let held = await look();
  while (held > bytes + slack && clock.now() < until) {
    await clock.sleep(betweenLooks, signal);
    held = await look();
  }
  return held;
}

function unseen(type: string | undefined): number {
  return type === 'hvm' ? keptBack : 0;
}

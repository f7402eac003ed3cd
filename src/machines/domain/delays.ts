/** Every wait of the domain machine, in milliseconds. What the document does not set stands here. */
import type { DomainContext } from './context.js';

interface Facts {
  readonly context: DomainContext;
}

/** Longest delay that a timer takes; a longer one would fire at once. */
const longest = 2 ** 31 - 1;

/** Whatever a document says, a timer is set: at least a millisecond, so that nothing spins, and at most what a timer takes. */
export const asDelay = (milliseconds: number): number =>
  Number.isNaN(milliseconds) ? longest : Math.min(Math.max(Math.round(milliseconds), 1), longest);

const fromDocument =
  (name: keyof DomainContext['desired']['deadlines']) =>
  ({ context }: Facts): number =>
    asDelay(context.desired.deadlines[name]);

/** Exponential, with ±10 % of jitter that the name decides, so that a hundred domains do not come back in one instant. */
export function backoffOf({ desired, failures, incarnation, name }: DomainContext): number {
  const { factor, initial, max } = desired.restart.backoff;
  const steps = Math.min(Math.max(failures - 1, 0), 64);
  const plain = Math.min(initial * factor ** steps, max);
  let hash = incarnation % 2001;
  for (const character of name) hash = (hash * 31 + character.charCodeAt(0)) % 2001;
  // Names that differ in their last digit only are the usual ones: spread them over the whole range.
  return asDelay(plain * (0.9 + ((hash * 7919) % 2001) / 10_000));
}

export const domainDelays = {
  planDeadline: 15_000,
  /** Admission and claims may wait as long as it takes; they are asked again this often, should a wake-up be lost. */
  waitDeadline: 60_000,
  prepareDeadline: fromDocument('prepare'),
  releaseDeadline: 5_000,
  launchDeadline: fromDocument('launch'),
  connectDeadline: fromDocument('connect'),
  bootDeadline: fromDocument('boot'),
  readyDeadline: fromDocument('ready'),
  suspendDeadline: fromDocument('suspend'),
  noteDeadline: 2_000,
  askDeadline: fromDocument('ask'),
  pressDeadline: fromDocument('press'),
  quitDeadline: fromDocument('quit'),
  terminateDeadline: fromDocument('terminate'),
  killDeadline: fromDocument('kill'),
  controlDeadline: 5_000,
  /**
   * Who is not awake by then is ended unasked. Longer than xl may take, which has a QEMU go on as well; what is under way just then at the same
   * guest, such as a look, can take the rest of it.
   */
  wakeDeadline: 15_000,
  /** A guest that is asked for memory is given some time to give it back. */
  resizeDeadline: 15_000,
  /** A guest that would not sleep is asked again this often: each time it stops what it does, and freezes all its processes for it. */
  suspendRetry: 30_000,
  captureDeadline: 5_000,
  reapDeadline: 10_000,
  observeDeadline: 5_000,
  /** How soon something is looked at again that could not be seen or done. */
  retryDelay: 1_000,
  /** A guest stopped for a full disk is let run again this often: the host has no event for "there is room". */
  ioErrorRetry: 5_000,
  backoffDelay: ({ context }: Facts): number => backoffOf(context),
  stableDelay: ({ context }: Facts): number => asDelay(context.desired.restart.stableAfter),
};

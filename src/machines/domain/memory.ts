/** Memory that is changed under a living guest: what counts when, so that the same memory is never given to two. Pure. */

/** One change, in bytes, as it was weighed before anything was done about it. */
export interface MemoryChange {
  /** What the guest shall have. */
  readonly memory: number;
  /** What its domain counts for then, with overhead. */
  readonly needs: number;
  /** What its domain counts for now, likewise. */
  readonly counted: number;
}

/** Bytes that a guest may hold beyond what it was asked for, and still has obeyed: hypervisors count some pages of their own. */
const slack = 4 * 2 ** 20;

/** It is counted, and on record, before the guest has it: an engine that is killed in between leaves a domain that counts for too much. */
export const needsMore = ({ counted, needs }: MemoryChange): boolean => needs > counted;

/** Neither the guest nor what it counts for has to change. `has`: bytes that it may have now. */
export const leavesAsIs = ({ counted, memory, needs }: MemoryChange, has: number | null): boolean => needs === counted && memory === has;

/** What a guest was asked for counts as long as it is not seen to be given back. `held`: bytes that it holds after it was asked. */
export const gaveBack = (change: MemoryChange, held: number): boolean => !needsMore(change) && held <= change.memory + slack;

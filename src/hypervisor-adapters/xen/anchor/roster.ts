import type { DomainList } from '../channel/xl/domain-list.js';
import type { Xl } from '../channel/xl/xl.js';
import { sharedLook } from './shared-look.js';

/** The list of all domains of the host, which whoever asks at the same time shares. */
export interface Roster {
  /** As it is after the call. Rejects as `Xl.list` does. */
  look(): Promise<DomainList>;
}

export function createRoster(xl: Pick<Xl, 'list'>): Roster {
  return { look: sharedLook(() => xl.list()) };
}

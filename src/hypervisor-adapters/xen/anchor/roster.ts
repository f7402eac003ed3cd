import type { DomainList } from '../channel/xl/domain-list.js';
import type { Xl } from '../channel/xl/xl.js';

/** The list of all domains of the host, which costs a process: whoever asks at the same time shares one. */
export interface Roster {
  /** As it is after the call. Rejects as `Xl.list` does. */
  look(): Promise<DomainList>;
}

export function createRoster(xl: Pick<Xl, 'list'>): Roster {
  let present: Promise<DomainList> | undefined;
  let next: Promise<DomainList> | undefined;

  const begin = (): Promise<DomainList> => {
    const list = xl.list().finally(() => {
      if (present === list) present = undefined;
    });
    present = list;
    return list;
  };
  return {
    look: () => {
      if (present === undefined) return begin();
      // The one under way may have looked already.
      next ??= present
        .catch(() => undefined)
        .then(() => {
          next = undefined;
          return begin();
        });
      return next;
    },
  };
}

/** Whether a domain's vCPUs were ever let run: Xen itself does not tell one that never ran from one that was paused. */
import type { XlDomain } from '../channel/xl/domain-list.js';
import type { Xenstore } from '../channel/xenstore/store.js';

/** Written before they run for the first time; gone with the domain. */
export const releasedPath = (id: number): string => `/libxl/${id}/windlass/released`;

/** Somebody else may have let it run, without a mark. Rejects with the codes of xenstore. */
export async function hasRun(store: Pick<Xenstore, 'read'>, { id, state }: Pick<XlDomain, 'id' | 'state'>): Promise<boolean> {
  return !state.paused || (await store.read(releasedPath(id))) !== undefined;
}

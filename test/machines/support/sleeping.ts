import type { DesiredDomain } from '../../../src/machines/domain/context.js';
import { wanted } from './documents.js';
import { running, type Stage } from './stage.js';

/** What is seen of a guest that has put itself to sleep. */
export const asleep = { type: 'guest.state', state: 'suspended' } as const;

/** A domain whose guest sleeps as its document asks. */
export async function sleeping(desired: Partial<DesiredDomain> = {}): Promise<Stage> {
  const stage = await running(wanted({ ...desired, power: 'suspended' }));
  await stage.done('suspend');
  return stage;
}

/** The facts of a domain in the midst of its first run, whose channel is open. */
import { type DomainContext, initialContext } from '../../../src/machines/domain/context.js';
import { wanted } from './documents.js';

export const known = (over: Partial<DomainContext> = {}): DomainContext => ({
  ...initialContext({ name: 'hello', desired: wanted() }),
  incarnation: 1,
  channel: 'open',
  built: { anchorKey: 'key-a', generation: 1 },
  ...over,
});

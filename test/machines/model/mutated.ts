/** The domain machine with a mistake in it, to see that it is found. */
import { domainMachine } from '../../../src/machines/domain.js';
import { domainSetup } from '../../../src/machines/domain/setup.js';

/** The machine with one thing changed in its configuration. */
export function mutated(change: (config: Mutable) => void): typeof domainMachine {
  const config = clone(domainMachine.config) as Mutable;
  change(config);
  return domainSetup.createMachine(config as unknown as Parameters<typeof domainSetup.createMachine>[0]) as unknown as typeof domainMachine;
}

export interface Mutable {
  readonly states: Record<string, Mutable>;
  always?: unknown;
  invoke: Record<string, unknown>;
  after: Record<string, unknown>;
  on: Record<string, unknown>;
}

/** Functions are kept, objects copied. */
function clone(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clone);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, clone(inner)]));
}

export function inside(config: Mutable, path: string): Mutable {
  return path.split('.').reduce((node, name) => {
    const next = node.states[name];
    if (next === undefined) throw new Error(`no state ${path}`);
    return next;
  }, config);
}

/** The documents between which a user changes, in any order and as often as he likes. */
import type { DesiredDomain } from '../../../src/machines/domain/context.js';
import type { RestartPolicy } from '../../../src/machines/domain/ends.js';
import { wanted } from '../support/documents.js';

export interface Setting {
  readonly policy: RestartPolicy;
  readonly onChange: 'restart' | 'defer';
  /** The hypervisor can change the memory of a living guest: documents ask for it, and operators do it, too. */
  readonly resizable?: true;
  /** And it is told apart what guests hold, what is counted and what is on record: so many more states that the host is better left in peace. */
  readonly counting?: true;
  /** Documents ask for a guest that sleeps; guests fall asleep and wake by themselves as well. */
  readonly sleepy?: true;
}

export interface Document {
  readonly label: string;
  readonly desired: DesiredDomain;
}

export function documentsOf({ onChange, policy, resizable, sleepy }: Setting): readonly Document[] {
  const restart = { ...wanted().restart, policy };
  const document = (label: string, over: Partial<DesiredDomain>): Document => ({ label, desired: wanted({ restart, onChange, ...over }) });
  if (resizable) return [document('running', {}), document('more memory', { memory: 2 * wanted().memory }), document('paused', { power: 'paused' }), document('removed', { removed: true })];
  if (sleepy) return [document('running', {}), document('suspended', { power: 'suspended' }), document('paused', { power: 'paused' }), document('halted', { power: 'halted' }), document('removed', { removed: true })];
  return [
    document('running', {}),
    document('another device model', { anchorKey: 'key-b' }),
    document('paused', { power: 'paused' }),
    document('halted', { power: 'halted' }),
    document('removed', { removed: true }),
  ];
}

/** With documents and operators that change the memory of a living guest. */
export const withMemory: Setting = { policy: 'OnFailure', onChange: 'restart', resizable: true };

/** With an account of that memory. */
export const withCounts: Setting = { ...withMemory, counting: true };

/** With documents that put the guest to sleep. */
export const withSleep: Setting = { policy: 'OnFailure', onChange: 'restart', sleepy: true };

export const allSettings: readonly Setting[] = (['Always', 'OnFailure', 'Never'] as const).flatMap((policy) =>
  (['restart', 'defer'] as const).map((onChange) => ({ policy, onChange })),
);

/** The documents between which a user changes, in any order and as often as he likes. */
import type { DesiredDomain } from '../../../src/machines/domain/context.js';
import type { RestartPolicy } from '../../../src/machines/domain/ends.js';
import { wanted } from '../support/documents.js';

export interface Setting {
  readonly policy: RestartPolicy;
  readonly onChange: 'restart' | 'defer';
}

export interface Document {
  readonly label: string;
  readonly desired: DesiredDomain;
}

export function documentsOf({ onChange, policy }: Setting): readonly Document[] {
  const restart = { ...wanted().restart, policy };
  const document = (label: string, over: Partial<DesiredDomain>): Document => ({ label, desired: wanted({ restart, onChange, ...over }) });
  return [
    document('running', {}),
    document('another device model', { anchorKey: 'key-b' }),
    document('paused', { power: 'paused' }),
    document('halted', { power: 'halted' }),
    document('removed', { removed: true }),
  ];
}

export const allSettings: readonly Setting[] = (['Always', 'OnFailure', 'Never'] as const).flatMap((policy) =>
  (['restart', 'defer'] as const).map((onChange) => ({ policy, onChange })),
);

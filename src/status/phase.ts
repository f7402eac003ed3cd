import type { Phase } from './status.js';
import { phases } from './status.js';

/** `{ anchored: { running: 'healthy' } }` -> `anchored.running.healthy`. The domain machine has no parallel states. */
export function statePath(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[key, inner] = ['', '']] = Object.entries(value as Record<string, unknown>);
  return `${key}.${statePath(inner)}`;
}

const known: ReadonlySet<string> = new Set(phases);

/** The public phase of a state path. An anchor that is being adopted is `observing`: what runs is not known yet. */
export function phaseOf(path: string): Phase {
  const [first = '', second = ''] = path.split('.');
  if (first !== 'anchored') return known.has(first) ? (first as Phase) : 'observing';
  return second === 'adopting' ? 'observing' : (second as Phase);
}

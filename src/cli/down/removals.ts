/** Remembers how each domain ended, and tells it as it happens. */
import type { DomainEnd, StatusMessage } from '../../index.js';
import type { Paint } from '../text/paint.js';
import { eventLine } from '../views/event-line.js';

export interface Removal {
  readonly name: string;
  readonly gone: boolean;
  /** How its last run ended; null where nothing of it ran. */
  readonly end: DomainEnd | null;
}

export interface Removals {
  show(message: StatusMessage): void;
  endOf(name: string): DomainEnd | null;
}

export function createRemovals(names: readonly string[], tell: (line: string) => void, paint: Paint): Removals {
  const asked = new Set(names);
  const ends = new Map<string, DomainEnd>();
  return {
    show(message) {
      if (message.type === 'snapshot') return;
      const { event } = message;
      if (event.subject === undefined || !asked.has(event.subject)) return;
      if (event.type === 'windlass.domain.ended') ends.set(event.subject, event.data.end);
      const matters =
        event.type === 'windlass.domain.ended' ||
        event.type === 'windlass.domain.forgotten' ||
        (event.type === 'windlass.domain.phase' && event.data.to === 'halting') ||
        (event.type === 'windlass.domain.condition' && event.data.condition.type === 'Degraded');
      if (matters) tell(eventLine(event, paint));
    },
    endOf: (name) => ends.get(name) ?? null,
  };
}

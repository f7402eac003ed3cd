/** Events are CloudEvents-shaped JSON, one a line; types and data are stable (docs/status.md). */
import type { DomainEnd } from '../machines/domain/ends.js';
import type { Condition, Phase } from './status.js';

/** What an event tells, by its type. */
export interface EventData {
  'windlass.domain.phase': { readonly from: Phase | null; readonly to: Phase; readonly state: string; readonly incarnation: number; readonly generation: number };
  'windlass.domain.condition': { readonly condition: Condition };
  'windlass.domain.ended': { readonly end: DomainEnd };
  'windlass.domain.reset': { readonly resets: number; readonly incarnation: number };
  /** Its last: nothing of it is left. */
  'windlass.domain.forgotten': Readonly<Record<string, never>>;
  'windlass.documents.applied': {
    readonly revision: number;
    readonly created: readonly string[];
    readonly changed: readonly string[];
    readonly removed: readonly string[];
  };
  'windlass.orphan.found': { readonly hypervisor: string; readonly directory: string; readonly pid: number | null };
}

export type EventType = keyof EventData;

export type WindlassEvent = { [Type in EventType]: EventOf<Type> }[EventType];

export interface EventOf<Type extends EventType> {
  readonly specversion: '1.0';
  /** Unique in this state directory: the sequence in decimal. */
  readonly id: string;
  /** Counts from 1 without gaps. */
  readonly sequence: number;
  readonly source: string;
  readonly type: Type;
  /** Name of the domain, or of the orphan. */
  readonly subject?: string;
  /** ISO 8601 with milliseconds. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: EventData[Type];
}

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
  /** State that an earlier engine left and no document names. */
  'windlass.orphan.found': {
    readonly hypervisor: string;
    readonly directory: string;
    /** Of its anchor, where one lives. */
    readonly pid: number | null;
    readonly presence: 'present' | 'absent' | 'unknown';
    readonly reason: string;
  };
  /** Nothing of it is left: it was of an earlier boot of the host, or it was reaped. */
  'windlass.orphan.cleaned': { readonly hypervisor: string; readonly directory: string; readonly reason: string };
  /** Events are not written any more; the engine goes on. `reason` is a stable code such as FILE_NO_SPACE. */
  'windlass.journal.stopped': { readonly reason: string; readonly message: string };
  /** Events are written again; null: none was lost. */
  'windlass.journal.resumed': { readonly lost: EventRange | null };
  /**
   * In the journal only, in the place of events that could not be written while the journal was stopped; some of these numbers may never
   * have been given out. Its own number is the last of them.
   */
  'windlass.journal.lost': EventRange;
}

/** Both ends are included. */
export interface EventRange {
  readonly from: number;
  readonly to: number;
}

export type EventType = keyof EventData;

export type WindlassEvent = { [Type in EventType]: EventOf<Type> }[EventType];

export interface EventOf<Type extends EventType> {
  readonly specversion: '1.0';
  /** Unique in this state directory: the sequence in decimal. */
  readonly id: string;
  /** Counts from 1 without gaps, across engines; only `windlass.journal.lost` stands for several numbers. */
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

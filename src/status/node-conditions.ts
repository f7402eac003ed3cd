/** What stands in the way of the engine itself, as conditions do it for a domain. */
import { messageOf, WindlassError } from '../errors.js';
import type { Condition } from './status.js';

export type NodeConditionType =
  /** Every event is in the journal, or on its way there. */
  | 'JournalWritten'
  /** The status files say what the engine knows. */
  | 'StatusWritten'
  /** Nothing is left of domains that are gone. */
  | 'LeftoversRemoved'
  /** The host has every device again that no domain holds. */
  | 'DevicesGivenBack';

/** `reason` is a stable code. */
export interface Trouble {
  readonly reason: string;
  readonly message: string;
}

export interface NodeCondition extends Omit<Condition, 'type'> {
  readonly type: NodeConditionType;
}

export interface NodeConditions {
  all(): readonly NodeCondition[];
  /** It is well, or the trouble tells why not. */
  note(type: NodeConditionType, trouble: Trouble | null): void;
}

/** `changed` is called when a condition says something else. */
export function createNodeConditions(now: () => number, changed: () => void): NodeConditions {
  const known = new Map<NodeConditionType, NodeCondition>();
  return {
    all: () => [...known.values()],
    note(type, trouble) {
      const before = known.get(type);
      const status = trouble === null ? 'True' : 'False';
      const reason = trouble?.reason ?? 'Well';
      const same = before?.status === status && before.reason === reason;
      const message = trouble?.message ?? '';
      known.set(type, { type, status, reason, message, since: same ? before.since : new Date(now()).toISOString() });
      if (!same || before.message !== message) changed();
    },
  };
}

/** What was thrown, as a condition tells it; `otherwise` is the code of what is no error of ours. */
export function troubleOf(thrown: unknown, otherwise = 'FILE_FAILED'): Trouble {
  return { reason: thrown instanceof WindlassError ? thrown.code : otherwise, message: messageOf(thrown) };
}

/** Several as the one that a condition has room for: the first, and how many more there are. */
export function inShort(troubles: readonly Trouble[]): Trouble | null {
  const [first] = troubles;
  if (first === undefined) return null;
  return troubles.length === 1 ? first : { ...first, message: `${first.message} (and ${troubles.length - 1} more)` };
}

/** What stands in the way of the engine itself, as conditions do it for a domain. */
import type { Condition } from './status.js';

export type NodeConditionType =
  /** Every event is in the journal, or on its way there. */
  | 'JournalWritten'
  /** The status files say what the engine knows. */
  | 'StatusWritten';

export interface NodeCondition extends Omit<Condition, 'type'> {
  readonly type: NodeConditionType;
}

export interface NodeConditions {
  all(): readonly NodeCondition[];
  /** It is well, or `reason` (a stable code) tells why not. */
  note(type: NodeConditionType, trouble: { readonly reason: string; readonly message: string } | null): void;
}

/** `changed` is called when a condition's status or reason is another. */
export function createNodeConditions(now: () => number, changed: () => void): NodeConditions {
  const known = new Map<NodeConditionType, NodeCondition>();
  return {
    all: () => [...known.values()],
    note(type, trouble) {
      const before = known.get(type);
      const status = trouble === null ? 'True' : 'False';
      const reason = trouble?.reason ?? 'Well';
      const same = before?.status === status && before.reason === reason;
      known.set(type, { type, status, reason, message: trouble?.message ?? '', since: same ? before.since : new Date(now()).toISOString() });
      if (!same) changed();
    },
  };
}

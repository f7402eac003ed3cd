/**
 * What may be said of a domain from outside its engine: what the engine last said, held against what the host shows now. Pure.
 *
 * A phase is repeated only where the host does not contradict it; else it is `observing`: what is true is not known until an engine looks.
 */
import type { AnchorFinding } from '../anchors/observe.js';
import type { Condition, DomainStatus, Phase } from './status.js';

export interface Onlooking {
  /** The host, asked now. */
  readonly finding: AnchorFinding;
  /** Why what the status says may be old: nobody watches the domain. Undefined while the engine that wrote it lives. */
  readonly unsupervised: { readonly reason: 'NoEngine' | 'NotYetSupervised'; readonly message: string } | undefined;
  /** ISO 8601. */
  readonly now: string;
}

/** Phases in which an anchor lives, and those in which none does. */
const withAnchor: ReadonlySet<Phase> = new Set(['booting', 'running']);
const withoutAnchor: ReadonlySet<Phase> = new Set(['pending', 'halted', 'backoff', 'failed', 'gone']);

export function observedStatus(told: DomainStatus, { finding, now, unsupervised }: Onlooking): DomainStatus {
  const condition = (type: Condition['type'], status: Condition['status'], reason: string, message: string): Condition => {
    const before = told.conditions.find((one) => one.type === type);
    const same = before?.status === status && before.reason === reason;
    return { type, status, reason, message, since: same ? before.since : now };
  };
  const anchor = finding.presence === 'present' ? finding.identity : null;
  const contradicted = (finding.presence === 'absent' && withAnchor.has(told.phase)) || (finding.presence === 'present' && withoutAnchor.has(told.phase));
  const seen = condition('AnchorPresent', ...presenceOf(finding));

  if (unsupervised === undefined) {
    if (!contradicted && finding.presence !== 'unknown') return told;
    // Its engine lives and will say so in a moment; what it said last is still not repeated as true.
    const news: readonly Condition[] = finding.presence === 'absent' ? [condition('Ready', 'False', 'AnchorAbsent', seen.message)] : [];
    return { ...told, conditions: replaced(told.conditions, [seen, ...news]) };
  }

  const { message, reason } = unsupervised;
  const lastKnown = `${message}; when it was last watched, at ${told.updatedAt}, it was ${told.phase}`;
  const unknown = (type: Condition['type']): Condition => condition(type, 'Unknown', reason, lastKnown);
  const down = finding.presence === 'absent';
  const observed: readonly Condition[] = [
    condition('Supervised', 'False', reason, lastKnown),
    seen,
    down ? condition('Ready', 'False', 'AnchorAbsent', seen.message) : unknown('Ready'),
    down && told.desired.power !== 'halted' && withAnchor.has(told.phase) ? condition('AsDesired', 'False', 'AnchorAbsent', seen.message) : unknown('AsDesired'),
    unknown('Degraded'),
  ];
  const phase = contradicted || !(withAnchor.has(told.phase) || withoutAnchor.has(told.phase)) ? 'observing' : told.phase;
  return { ...told, phase, state: phase === told.phase ? told.state : 'observing', conditions: replaced(told.conditions, observed), anchor, runState: null, rung: null };
}

function presenceOf(finding: AnchorFinding): [Condition['status'], string, string] {
  switch (finding.presence) {
    case 'present':
      return finding.identity === null ? ['True', 'DomainAlive', 'the hypervisor runs it without an anchor process'] : ['True', 'ProcessAlive', `pid ${finding.identity.pid}`];
    case 'absent':
      return ['False', camel(finding.why), `no anchor process (${finding.why})`];
    case 'unknown':
      return ['Unknown', 'Unconfirmed', finding.reason];
  }
}

function camel(words: string): string {
  return words.replace(/(^|-)([a-z])/g, (_, _dash: string, letter: string) => letter.toUpperCase());
}

function replaced(before: readonly Condition[], news: readonly Condition[]): readonly Condition[] {
  return [...before.filter(({ type }) => !news.some((one) => one.type === type)), ...news];
}

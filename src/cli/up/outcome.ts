/** What `up --once` says at its end. Pure. */
import type { DomainStatus, Orphan } from '../../index.js';
import type { Paint } from '../text/paint.js';
import { printable } from '../text/printable.js';
import { counted, inTime } from '../text/quantities.js';
import { condition, verdictOf } from '../views/verdict.js';

export interface Reason {
  readonly name: string;
  readonly phase: string;
  /** Stable code or reason; see docs/errors.md and docs/status.md. */
  readonly reason: string;
  readonly message: string;
}

export interface Outcome {
  readonly ok: boolean;
  readonly stateDirectory: string;
  readonly milliseconds: number;
  readonly timedOut: boolean;
  readonly domains: readonly DomainStatus[];
  /** Why not, of each domain that is not as desired. */
  readonly reasons: readonly Reason[];
  readonly orphans: readonly Orphan[];
}

export function outcomeOf(facts: Omit<Outcome, 'ok' | 'reasons'>): Outcome {
  const reasons = facts.domains.flatMap((status): Reason[] => {
    const { asDesired, note } = verdictOf(status);
    if (asDesired) return [];
    return [{ name: status.name, phase: status.phase, reason: status.problem?.reason ?? status.lastEnd?.cause ?? status.phase, message: note === '' ? (condition(status, 'AsDesired')?.message ?? '') : note }];
  });
  return { ok: reasons.length === 0, reasons, ...facts };
}

/** For stdout where all is well, else for stderr. */
export function outcomeText({ domains, milliseconds, ok, reasons, timedOut }: Outcome, paint: Paint): string {
  const time = inTime(milliseconds);
  if (ok) return `${paint('green', `${counted(domains.length, 'domain is', 'domains are')} as desired`)} after ${time}\n`;
  const lines = reasons.map(({ message, name, phase, reason }) => `${paint('bold', printable(name))} (${phase}): ${printable(message)} [${printable(reason)}]\n`);
  const end = timedOut ? `not as desired within ${time}; a longer --timeout may do, or windlass describe NAME tells more` : `not as desired after ${time}`;
  return `${lines.join('')}${reasons.length} of ${counted(domains.length, 'domain')} ${end}\n`;
}

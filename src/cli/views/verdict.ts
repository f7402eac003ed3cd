/** What a status means to somebody who waits for the domain to be as desired. Pure. */
import type { Condition, ConditionType, DomainStatus } from '../../index.js';

export interface Verdict {
  readonly asDesired: boolean;
  /** It will not come to be as desired by waiting: it failed for good, or cannot be planned on this host. */
  readonly hopeless: boolean;
  /** Why not, in words; empty where all is well. */
  readonly note: string;
}

export function verdictOf(status: DomainStatus): Verdict {
  const asDesired = condition(status, 'AsDesired')?.status === 'True';
  const { phase, problem } = status;
  // Planning is a function of document and host: trying again gives the same answer until somebody mends the host.
  const hopeless = !asDesired && (phase === 'failed' || problem?.reason.startsWith('PLAN_') === true);
  return { asDesired, hopeless, note: noteOf(status) };
}

export function condition({ conditions }: DomainStatus, type: ConditionType): Condition | undefined {
  return conditions.find((one) => one.type === type);
}

/** The one sentence about a domain that does not go without saying. */
function noteOf(status: DomainStatus): string {
  const degraded = condition(status, 'Degraded');
  // `NotAsDesired` points to the other condition.
  if (degraded?.status === 'True' && degraded.reason !== 'NotAsDesired') return degraded.message;
  const asDesired = condition(status, 'AsDesired');
  // Nobody watches it: that goes for all domains alike, and is said once.
  if (asDesired?.status === 'Unknown') return '';
  if (asDesired?.status !== 'True') return failureNote(status) ?? (saysThePhase(status, asDesired) ? '' : (asDesired?.message ?? ''));
  const restart = condition(status, 'RestartRequired');
  if (restart?.status === 'True') return restart.message;
  return asDesired.reason === 'Completed' ? asDesired.message : '';
}

function failureNote({ lastEnd, phase }: DomainStatus): string | undefined {
  return (phase === 'failed' || phase === 'backoff') && lastEnd !== null ? `${lastEnd.cause}: ${lastEnd.message}` : undefined;
}

/** On its way, and nothing is in the way: the phase says it all. */
function saysThePhase({ phase }: DomainStatus, asDesired: Condition | undefined): boolean {
  return asDesired?.reason.toLowerCase() === phase.replaceAll('-', '');
}

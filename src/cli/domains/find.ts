import type { DomainStatus, StateReading } from '../../index.js';
import { WindlassError } from '../../index.js';

/** What a state directory holds under a name: a domain, or what an earlier run left. */
export interface Found {
  readonly name: string;
  /** Undefined for an orphan. */
  readonly status: DomainStatus | undefined;
  /** Undefined while the domain waits for a place. */
  readonly directory: string | undefined;
}

/** Throws DOMAIN_UNKNOWN, which names those that there are. */
export function findDomain({ domains, orphans }: StateReading, name: string): Found {
  const status = domains.find((one) => one.name === name);
  if (status !== undefined) return { name, status, directory: status.stateDirectory === '' ? undefined : status.stateDirectory };
  const orphan = orphans.find((one) => one.name === name);
  if (orphan !== undefined) return { name, status: undefined, directory: orphan.directory };
  throw unknownDomain(name, [...domains, ...orphans].map((one) => one.name));
}

export function unknownDomain(name: string, known: readonly string[]): WindlassError {
  return new WindlassError('DOMAIN_UNKNOWN', `there is no domain ${JSON.stringify(name)}`, {
    cure: known.length === 0 ? 'there are none in this state directory; --state-dir names another' : `the domains are ${known.join(', ')}`,
  });
}

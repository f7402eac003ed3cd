import type { Claim } from '../hypervisor-adapters/contract/claim.js';
import { createClaimTable, type Obstacle } from './claim-table.js';

export interface ClaimRequest {
  readonly domain: string;
  readonly claims: readonly Claim[];
  readonly signal: AbortSignal;
  /** Told once if there is something to wait for. */
  readonly onWait: (reason: string, message: string) => void;
}

/** The claims of all domains of an engine, in memory: an adopted anchor's are taken again from its record. */
export interface Claims {
  /**
   * Resolves when the domain holds all of its claims; what it held before is let go first, so its anchor must be absent. Rejects with
   * the signal's reason, and then it holds nothing.
   */
  acquire(request: ClaimRequest): Promise<void>;
  /** An anchor that lives already takes its claims without asking. */
  adopt(domain: string, claims: readonly Claim[]): void;
  /** The domain's anchor is confirmed absent: it holds nothing any more, and who waits is served. */
  release(domain: string): void;
  holders(claim: Pick<Claim, 'kind' | 'id'>): readonly string[];
}

export function createClaims(): Claims {
  const table = createClaimTable();
  const waiting = new Map<string, () => void>();

  function wake(domains: readonly string[]): void {
    for (const domain of domains) {
      const served = waiting.get(domain);
      waiting.delete(domain);
      served?.();
    }
  }

  return {
    acquire: ({ claims, domain, onWait, signal }) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        // What was held before may be what somebody waits for.
        wake(table.release(domain));
        const obstacles = table.request(domain, claims);
        if (obstacles.length === 0) {
          resolve();
          return;
        }
        const served = (): void => {
          signal.removeEventListener('abort', abort);
          resolve();
        };
        const abort = (): void => {
          // Somebody else may have settled meanwhile what this domain holds.
          if (waiting.get(domain) === served) {
            waiting.delete(domain);
            wake(table.release(domain));
          }
          reject(signal.reason as Error);
        };
        signal.addEventListener('abort', abort, { once: true });
        waiting.set(domain, served);
        onWait('CLAIM_HELD', obstacles.map(inWords).join('; '));
      }),
    adopt: (domain, claims) => {
      waiting.delete(domain);
      table.adopt(domain, claims);
    },
    release: (domain) => {
      waiting.delete(domain);
      wake(table.release(domain));
    },
    holders: (claim) => table.holders(claim),
  };
}

function inWords({ claim, holder }: Obstacle): string {
  return `${claim.field}: ${claim.kind} ${claim.id} is in use by ${holder}`;
}

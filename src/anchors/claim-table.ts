/**
 * Who holds what, and who waits for it: a data structure without time or promises.
 *
 * A domain gets all of its claims or none, and asks only while it has no anchor, when whatever it held before is let go. So nobody waits
 * while holding something, and two domains that swap their disks cannot block each other. Among those that can be served, the one that
 * has waited longest is; one that cannot keeps nobody waiting for what is free.
 */
import type { Claim } from '../hypervisor-adapters/contract/claim.js';

/** A claim that is in the way, and whose it is. */
export interface Obstacle {
  readonly claim: Claim;
  readonly holder: string;
}

export interface ClaimTable {
  /** Empty when the domain holds its claims now; otherwise it waits at the end of the queue, or where it waited before. */
  request(domain: string, claims: readonly Claim[]): readonly Obstacle[];
  /** For an anchor that lives already: takes without asking. Two may then hold what is exclusive, which is the truth. */
  adopt(domain: string, claims: readonly Claim[]): void;
  /** The domain holds nothing and waits for nothing any more. Returns those that hold their claims now, in the order of the queue. */
  release(domain: string): readonly string[];
  /** What is held of all, for status and tests. */
  holders(claim: Pick<Claim, 'kind' | 'id'>): readonly string[];
}

export function createClaimTable(): ClaimTable {
  /** Key of a claim -> domain -> its claim. */
  const held = new Map<string, Map<string, Claim>>();
  const holdings = new Map<string, readonly Claim[]>();
  const queue = new Map<string, readonly Claim[]>();

  function take(domain: string, claims: readonly Claim[]): void {
    holdings.set(domain, claims);
    for (const claim of claims) {
      const holders = held.get(keyOf(claim)) ?? new Map<string, Claim>();
      held.set(keyOf(claim), holders);
      // A domain that names a thing twice holds it as strictly as it ever asked.
      if (holders.get(domain)?.mode !== 'exclusive') holders.set(domain, claim);
    }
  }

  function drop(domain: string): void {
    for (const claim of holdings.get(domain) ?? []) {
      const holders = held.get(keyOf(claim));
      holders?.delete(domain);
      if (holders?.size === 0) held.delete(keyOf(claim));
    }
    holdings.delete(domain);
  }

  function obstacles(domain: string, claims: readonly Claim[]): readonly Obstacle[] {
    return claims.flatMap((claim) =>
      [...(held.get(keyOf(claim)) ?? [])]
        .filter(([holder, theirs]) => holder !== domain && (claim.mode === 'exclusive' || theirs.mode === 'exclusive'))
        .map(([holder]) => ({ claim, holder })),
    );
  }

  function serve(): readonly string[] {
    const served: string[] = [];
    for (const [domain, claims] of queue) {
      if (obstacles(domain, claims).length > 0) continue;
      queue.delete(domain);
      take(domain, claims);
      served.push(domain);
    }
    return served;
  }

  return {
    request: (domain, claims) => {
      drop(domain);
      const inTheWay = obstacles(domain, claims);
      if (inTheWay.length > 0) queue.set(domain, claims);
      else {
        queue.delete(domain);
        take(domain, claims);
      }
      return inTheWay;
    },
    adopt: (domain, claims) => {
      drop(domain);
      queue.delete(domain);
      take(domain, claims);
    },
    release: (domain) => {
      queue.delete(domain);
      drop(domain);
      return serve();
    },
    holders: (claim) => [...(held.get(keyOf(claim))?.keys() ?? [])],
  };
}

function keyOf({ id, kind }: Pick<Claim, 'kind' | 'id'>): string {
  return `${kind} ${id}`;
}

/**
 * Devices of the host that no domain holds and that are not given back yet: an engine had taken them when it was killed, their run is over and the
 * host's driver did not take them in time, or whoever held them was found to be gone. They are tried again until the host has them. Meanwhile
 * every domain goes on; one that gets such a device for itself between two tries keeps it, and gives it back with its end. Until then the
 * engine's condition `DevicesGivenBack` names them.
 */
import type { Logger } from 'pino';
import { createTurns } from '../actors/turns.js';
import type { Claims } from '../anchors/claims.js';
import type { Ports } from '../effects/ports.js';
import type { HypervisorAdapter } from '../hypervisor-adapters/contract.js';
import type { Claim } from '../hypervisor-adapters/contract/claim.js';
import { inShort, type NodeConditions, type Trouble, troubleOf } from '../status/node-conditions.js';
import { createLookingAgain } from './looking-again.js';
import type { Discovered } from './orphans.js';

export interface ForgottenDevicesOptions {
  readonly ports: Ports;
  readonly root: string;
  readonly adapters: ReadonlyMap<string, HypervisorAdapter>;
  /** What earlier engines left, and is not gone yet; what may live has its claims already. */
  readonly discovered: ReadonlyMap<string, Discovered>;
  readonly claims: Pick<Claims, 'adopt' | 'holders' | 'release'>;
  readonly conditions: Pick<NodeConditions, 'note'>;
  readonly logger: Logger;
}

export interface ForgottenDevices {
  /** There may be such devices: they are given back now, and where that fails, tried again. Returns at once. */
  begin(): void;
  /**
   * The domain's run is over, and these were not given back in time, for this trouble. No domain gets them before `underWay` is over, which never
   * rejects.
   */
  keep(claims: readonly Claim[], trouble: Trouble, underWay: Promise<void>): void;
  /** Begins nothing more. Resolves once what is under way is over. */
  letGo(): Promise<void>;
}

/** Holds a function while it is given back. No domain has such a name. */
const holderOf = ({ id }: Claim): string => `the host, which gets ${id} back`;

export function createForgottenDevices({ adapters, claims, conditions, discovered, logger, ports, root }: ForgottenDevicesOptions): ForgottenDevices {
  const keeping = new Set<Promise<void>>();
  let lettingGo = false;
  /** Since the last look began. */
  let asked = false;
  /** Why each is not given back that is to be tried again, by its id; of what cannot be told, by the hypervisor. */
  const failed = new Map<string, Trouble>();
  /** The same of those about which something is still under way. */
  const kept = new Map<string, Trouble>();

  const isFree = (claim: Claim): boolean => claims.holders(claim).length === 0;

  const tell = (): void => {
    const all = [...kept, ...failed].map(([what, { message, reason }]) => ({ reason, message: `${what}: ${message}` }));
    conditions.note('DevicesGivenBack', inShort(all));
  };

  const held = async (claim: Claim, work: Promise<void>): Promise<void> => {
    claims.adopt(holderOf(claim), [claim]);
    await work;
    claims.release(holderOf(claim));
  };

  /** Resolves to why it has not come back. */
  const giveBack = async (adapter: HypervisorAdapter, claim: Claim): Promise<Trouble | undefined> => {
    let trouble: Trouble | undefined;
    const work = async (): Promise<void> => {
      await adapter.giveBackDevices?.(ports, [claim], { root });
    };
    await held(
      claim,
      work().catch((error: unknown) => {
        logger.warn({ hypervisor: adapter.name, device: claim.id, err: error }, 'a device that nobody holds could not be given back to the host; it is tried again');
        trouble = troubleOf(error, 'DEVICES_NOT_GIVEN_BACK');
      }),
    );
    return trouble;
  };

  /** What an unreadable record claims is unknown, and unknown is not free. */
  const notToBeTold = (hypervisor: string): Trouble | undefined => {
    const unreadable = [...discovered.values()].find((left) => left.hypervisor === hypervisor && left.run === undefined);
    return unreadable && { reason: 'RECORD_FOREIGN', message: `the record of ${unreadable.name} cannot be read, and what it holds is unknown` };
  };

  const tryAll = async (): Promise<void> => {
    asked = false;
    const before = [...failed.keys()];
    const found = new Map<string, Trouble>();
    const lookedAt = new Set<string>();
    let all = true;
    for (const adapter of adapters.values()) {
      const taken = await listed(adapter);
      if ('reason' in taken) {
        found.set(adapter.name, taken);
        all = false;
        continue;
      }
      lookedAt.add(adapter.name);
      for (const claim of taken) {
        lookedAt.add(claim.id);
        // Asked one by one: a domain may have got the next one while the host took this one.
        if (!isFree(claim)) continue;
        const trouble = notToBeTold(adapter.name) ?? (lettingGo ? failed.get(claim.id) : await giveBack(adapter, claim));
        if (trouble !== undefined) found.set(claim.id, trouble);
      }
    }
    // What failed before and was looked at is given back by now, is a domain's again, or was found again. What has come to fail meanwhile stays.
    for (const id of before) if (all || lookedAt.has(id)) failed.delete(id);
    for (const [id, trouble] of found) failed.set(id, trouble);
    tell();
  };

  /** Or why it cannot be told. */
  const listed = async (adapter: HypervisorAdapter): Promise<readonly Claim[] | Trouble> => {
    try {
      return (await adapter.takenDevices?.(ports, { root })) ?? [];
    } catch (error) {
      logger.warn({ hypervisor: adapter.name, err: error }, 'which devices were taken from the host cannot be told; it is looked again');
      return troubleOf(error, 'DEVICES_NOT_GIVEN_BACK');
    }
  };

  const inTurn = createTurns()(tryAll);
  const lookingAgain = createLookingAgain(
    ports.clock,
    () => failed.size + (asked ? 1 : 0),
    () => inTurn(undefined),
  );

  const track = (work: Promise<void>): void => {
    const tracked = work.then(() => {
      keeping.delete(tracked);
    });
    keeping.add(tracked);
  };

  /** At once, whatever pause there is: the pause is of others, which were tried in vain already. */
  const lookNow = async (): Promise<void> => {
    if (lettingGo) return;
    asked = true;
    await inTurn(undefined);
    lookingAgain.begin();
  };

  return {
    begin: () => track(lookNow()),
    keep(left, trouble, underWay) {
      for (const { id } of left) kept.set(id, trouble);
      tell();
      const over = Promise.all(left.map((claim) => held(claim, underWay)));
      track(
        over.then(() => {
          for (const { id } of left) {
            kept.delete(id);
            failed.set(id, trouble);
          }
          return lookNow();
        }),
      );
    },
    async letGo() {
      lettingGo = true;
      await lookingAgain.end();
      await Promise.all(keeping);
    },
  };
}

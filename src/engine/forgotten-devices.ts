/**
 * Devices of the host that no domain holds and that are not given back yet: an engine had taken them when it was killed, their run is over and the
 * host's driver did not take them in time, or whoever held them was found to be gone. They are tried again until the host has them. Meanwhile
 * every domain goes on; one that gets such a device for itself between two tries keeps it, and gives it back with its end.
 */
import type { Logger } from 'pino';
import { createTurns } from '../actors/turns.js';
import type { Claims } from '../anchors/claims.js';
import type { Ports } from '../effects/ports.js';
import type { Claim, HypervisorAdapter } from '../hypervisor-adapters/contract.js';
import { createLookingAgain } from './looking-again.js';
import type { Discovered } from './orphans.js';

export interface ForgottenDevicesOptions {
  readonly ports: Ports;
  readonly root: string;
  readonly adapters: ReadonlyMap<string, HypervisorAdapter>;
  /** What earlier engines left, and is not gone yet; what may live has its claims already. */
  readonly discovered: ReadonlyMap<string, Discovered>;
  readonly claims: Pick<Claims, 'adopt' | 'holders' | 'release'>;
  readonly logger: Logger;
}

export interface ForgottenDevices {
  /** There may be such devices: they are given back now, and where that fails, tried again. Returns at once. */
  begin(): void;
  /** The domain's run is over, and these were not given back in time. No domain gets them before `underWay` is over, which never rejects. */
  keep(claims: readonly Claim[], underWay: Promise<void>): void;
  /** Begins nothing more. Resolves once what is under way is over. */
  letGo(): Promise<void>;
}

/** Holds a function while it is given back. No domain has such a name. */
const holderOf = ({ id }: Claim): string => `the host, which gets ${id} back`;

export function createForgottenDevices({ adapters, claims, discovered, logger, ports, root }: ForgottenDevicesOptions): ForgottenDevices {
  const keeping = new Set<Promise<void>>();
  let lettingGo = false;
  /** Of how many is it known that they are to be tried again? */
  let left = 0;
  /** Since the last look began. */
  let asked = false;

  const isFree = (claim: Claim): boolean => claims.holders(claim).length === 0;

  const held = async (claim: Claim, work: Promise<void>): Promise<void> => {
    claims.adopt(holderOf(claim), [claim]);
    await work;
    claims.release(holderOf(claim));
  };

  /** Resolves to whether it has come back. */
  const giveBack = async (adapter: HypervisorAdapter, claim: Claim): Promise<boolean> => {
    let isBack = false;
    const work = async (): Promise<void> => {
      await adapter.giveBackDevices?.(ports, [claim], { root });
      isBack = true;
    };
    await held(
      claim,
      work().catch((error: unknown) => logger.warn({ hypervisor: adapter.name, device: claim.id, err: error }, 'a device that nobody holds could not be given back to the host; it is tried again')),
    );
    return isBack;
  };

  const tryAll = async (): Promise<void> => {
    asked = false;
    let failed = 0;
    // What an unreadable record claims is unknown, and unknown is not free.
    const unreadable = new Set([...discovered.values()].flatMap(({ hypervisor, run }) => (run === undefined ? [hypervisor] : [])));
    for (const adapter of adapters.values()) {
      if (unreadable.has(adapter.name)) continue;
      const taken = await listed(adapter);
      if (taken === undefined) failed += 1;
      // Asked one by one: a domain may have got the next one while the host took this one.
      for (const claim of taken ?? []) if (!lettingGo && isFree(claim) && !(await giveBack(adapter, claim))) failed += 1;
    }
    left = failed;
  };

  /** Undefined where it cannot be told. */
  const listed = async (adapter: HypervisorAdapter): Promise<readonly Claim[] | undefined> => {
    try {
      return (await adapter.takenDevices?.(ports, { root })) ?? [];
    } catch (error) {
      logger.warn({ hypervisor: adapter.name, err: error }, 'which devices were taken from the host cannot be told; it is looked again');
      return undefined;
    }
  };

  const inTurn = createTurns()(tryAll);
  const lookingAgain = createLookingAgain(
    ports.clock,
    () => left + (asked ? 1 : 0),
    () => inTurn(undefined),
  );

  const track = (work: Promise<void>): void => {
    const tracked = work.then(() => {
      keeping.delete(tracked);
    });
    keeping.add(tracked);
  };

  return {
    begin() {
      if (lettingGo) return;
      asked = true;
      track(inTurn(undefined).then(() => lookingAgain.begin()));
    },
    keep(kept, underWay) {
      const over = Promise.all(kept.map((claim) => held(claim, underWay)));
      track(
        over.then(() => {
          asked = true;
          lookingAgain.begin();
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

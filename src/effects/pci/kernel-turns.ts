/**
 * Questions to the kernel about PCI functions that it may not answer for long, or ever: a driver that does not let go keeps the function's lock,
 * and whoever reads or writes its driver files then waits with it, in a thread that cannot be interrupted. Node has four of these for all
 * files of the engine, so that here two may wait at most, and never two for one function.
 */
import { setTimeout as sleep } from 'node:timers/promises';

export interface KernelTurns {
  /**
   * Each begins when the one before it for this function has ended. Rejects with what `late` makes, of the function that is in the way: after
   * `patience` milliseconds, and at once where that has passed already. What is begun goes on. Who asks by a name while that
   * is under way by the same name waits for its answer.
   */
  ask(address: string, asked: () => Promise<void>, name?: string): Promise<void>;
}

interface Turn {
  readonly address: string;
  readonly name: string | undefined;
  readonly answer: Promise<void>;
  /** When it has ended, however it did. */
  readonly over: Promise<void>;
  late: boolean;
}

const atOnce = 2;

export function createKernelTurns(patience: number, late: (address: string) => Error): KernelTurns {
  const underWay = new Map<string, Turn>();

  const begin = (address: string, name: string | undefined, asked: () => Promise<void>): Turn => {
    const answer = asked();
    const over = answer.catch(() => undefined).then(() => void underWay.delete(address));
    const turn = { address, name, answer, over, late: false };
    underWay.set(address, turn);
    return turn;
  };

  const inTheWayOf = (address: string): readonly Turn[] => {
    const own = underWay.get(address);
    if (own !== undefined) return [own];
    return underWay.size < atOnce ? [] : [...underWay.values()];
  };

  const within = async (turns: readonly Turn[], awaited: Promise<void>): Promise<void> => {
    const giveUp = new AbortController();
    const tooLate = async (): Promise<void> => {
      await sleep(patience, undefined, { signal: giveUp.signal });
      for (const turn of turns) turn.late = true;
      throw late(addressesOf(turns));
    };
    try {
      await Promise.race([awaited, tooLate()]);
    } finally {
      giveUp.abort();
    }
  };

  return {
    async ask(address, asked, name) {
      const own = underWay.get(address);
      if (own !== undefined && name !== undefined && own.name === name) return within([own], own.answer);
      for (let before = inTheWayOf(address); before.length > 0; before = inTheWayOf(address)) {
        if (before.every((turn) => turn.late)) throw late(addressesOf(before));
        await within(before, Promise.race(before.map(({ over }) => over)));
      }
      const turn = begin(address, name, asked);
      await within([turn], turn.answer);
    },
  };
}

const addressesOf = (turns: readonly Turn[]): string => turns.map(({ address }) => address).join(' and ');

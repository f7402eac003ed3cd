/**
 * What is left of domains that are gone, and is to be removed from the state directory. What cannot be looked at or removed is logged, told in
 * the engine's condition `LeftoversRemoved`, and tried again until it is gone.
 */
import type { Logger } from 'pino';
import type { ClockPort } from '../effects/ports/clock.js';
import { messageOf } from '../errors.js';
import { inShort, type NodeConditions, type Trouble, troubleOf } from '../status/node-conditions.js';
import { createLookingAgain } from './looking-again.js';

export interface ClearingOptions {
  readonly clock: ClockPort;
  readonly conditions: Pick<NodeConditions, 'note'>;
  readonly logger: Logger;
}

export interface ClearingWork {
  /** Names the work: one path is cleared once. */
  readonly path: string;
  readonly work: () => Promise<void>;
  /** Asked before it is tried again. */
  readonly standing: () => Standing;
}

/** Of what is to be cleared, which somebody may have come to care for. */
export type Standing =
  /** Nobody cares for it: it is tried. */
  | 'due'
  /** Somebody may come to use it, and does not yet: it is left alone, and told of. */
  | 'waits'
  /** Somebody uses it: it is no leftover, for now. */
  | 'in-use';

export interface Clearing {
  /** Begins at once, and resolves when it was tried the first time. Never rejects. */
  attempt(clearing: ClearingWork): Promise<void>;
  /** Tries nothing again any more. Resolves once what is under way is over. */
  letGo(): Promise<void>;
}

export function createClearing({ clock, conditions, logger }: ClearingOptions): Clearing {
  const failed = new Map<string, { readonly clearing: ClearingWork; readonly trouble: Trouble }>();
  const underWay = new Set<Promise<void>>();

  const left = (): readonly Trouble[] => [...failed.values()].filter(({ clearing }) => clearing.standing() !== 'in-use').map(({ trouble }) => trouble);

  const tell = (): void => conditions.note('LeftoversRemoved', inShort(left()));

  const attempt = async (clearing: ClearingWork): Promise<void> => {
    try {
      await clearing.work();
      failed.delete(clearing.path);
    } catch (error) {
      // Once for each cause, however often it is tried again.
      if (failed.get(clearing.path)?.trouble.message !== messageOf(error)) logger.warn({ path: clearing.path, err: error }, 'what is left of domains that are gone could not be removed; it is tried again');
      failed.set(clearing.path, { clearing, trouble: troubleOf(error) });
    }
    tell();
  };

  const again = async (): Promise<void> => {
    for (const { clearing } of [...failed.values()]) {
      if (clearing.standing() === 'due') await attempt(clearing);
    }
    tell();
  };

  // Also for what is in use: nothing says when its user moves to another directory.
  const lookingAgain = createLookingAgain(clock, () => failed.size, again);

  return {
    attempt(clearing) {
      const tried = attempt(clearing).then(() => {
        underWay.delete(tried);
        lookingAgain.begin();
      });
      underWay.add(tried);
      return tried;
    },
    async letGo() {
      await lookingAgain.end();
      await Promise.all(underWay);
    },
  };
}

/**
 * Keeps `status.json` of each domain, and `engine.json`, as true as the engine knows it: what changed is collected, and written a moment
 * later by one timer for all. Nothing waits for it, and nothing fails by it.
 */
import type { Ports } from '../effects/ports.js';
import { WindlassError } from '../errors.js';
import { type NodeConditions, troubleOf } from './node-conditions.js';
import type { DomainStatus } from './status.js';
import type { EngineFile, EngineRun, OrphanNote, StatusFile } from './status-files.js';
import { engineName, statusName } from './status-files.js';

export interface StatusWriterOptions {
  readonly ports: Pick<Ports, 'files' | 'clock'>;
  readonly root: string;
  readonly engine: EngineRun;
  readonly get: (name: string) => DomainStatus | undefined;
  readonly conditions: NodeConditions;
  readonly orphans: () => readonly OrphanNote[];
  /** Number of the newest event that other processes can read. */
  readonly sequence: () => number;
}

export interface StatusWriter {
  /** Puts this engine's word in the place of an earlier one's, before anybody takes that for ours. Never rejects. */
  open(): Promise<void>;
  /** This domain, or without a name the engine itself, has news. */
  changed(name?: string): void;
  /** Writes what is left to write, once. Nothing is written after. */
  close(): Promise<void>;
}

/** Milliseconds that changes are collected; and before what failed is tried again, as no event tells that there is room. */
const collect = 100;
const retry = 1_000;
const unfinished = /^\.(engine\.json|events\.reserved\.\d+)\.[0-9a-f]{12}\.tmp$/;
/** No domain's name. */
const engineItself = '';
/** Files written before other work has its turn: 20 µs each in a tmpfs. */
const turn = 50;
/** Domains without a directory of their own that `engine.json` tells of. */
const mostUnplaced = 1_000;

export function createStatusWriter({ conditions, engine, get, orphans, ports, root, sequence }: StatusWriterOptions): StatusWriter {
  const { clock, files } = ports;
  /** Changed since the last flush began, or not written by it. */
  const dirty = new Set<string>();
  /** Where a status was written, to take it away again. */
  const written = new Map<string, string>();
  const unplaced = new Map<string, DomainStatus>();
  const closing = new AbortController();
  let timer: Promise<void> | undefined;

  /** False where it could not be written. What is old then goes: no status misleads less than a wrong one, and removing takes no room. */
  const replace = async (path: string, content: StatusFile | EngineFile): Promise<boolean> => {
    try {
      await files.writeAtomic(path, `${JSON.stringify(content)}\n`, 0o600);
      return true;
    } catch (thrown) {
      if (thrown instanceof WindlassError && thrown.code === 'FILE_ABSENT') return false;
      await files.remove(path).catch(() => undefined);
      throw thrown;
    }
  };

  const writeOne = async (name: string): Promise<void> => {
    const status = get(name);
    const before = written.get(name);
    const path = status === undefined || status.stateDirectory === '' ? undefined : `${status.stateDirectory}/${statusName}`;
    if (before !== undefined && before !== path) {
      written.delete(name);
      await files.remove(before);
    }
    if (status !== undefined && path !== undefined && (await replace(path, { version: 1, engine, status }))) {
      written.set(name, path);
      unplaced.delete(name);
    } else if (status === undefined) unplaced.delete(name);
    else unplaced.set(name, status);
  };

  /** Resolves to false where something must be tried again. */
  const flush = async (): Promise<boolean> => {
    // Read first: the files say at least what had happened by this event.
    const upTo = sequence();
    const names = [...dirty].filter((name) => name !== engineItself);
    dirty.clear();
    let trouble: unknown;
    for (const [index, name] of names.entries()) {
      if (index % turn === turn - 1) await clock.sleep(0);
      await writeOne(name).catch((thrown: unknown) => {
        dirty.add(name);
        trouble = thrown;
      });
    }
    await replace(`${root}/${engineName}`, {
      version: 1,
      engine,
      sequence: upTo,
      writtenAt: new Date(clock.now()).toISOString(),
      conditions: conditions.all(),
      orphans: orphans(),
      unplaced: [...unplaced.values()].slice(0, mostUnplaced),
    }).catch((thrown: unknown) => {
      dirty.add(engineItself);
      trouble = thrown;
    });
    conditions.note('StatusWritten', trouble === undefined ? null : troubleOf(trouble));
    return trouble === undefined;
  };

  const schedule = (delay: number): void => {
    if (timer !== undefined || closing.signal.aborted) return;
    timer = clock
      .sleep(delay, closing.signal)
      .catch(() => undefined)
      .then(async () => {
        const well = await flush();
        timer = undefined;
        if (dirty.size > 0) schedule(well ? collect : retry);
      });
  };

  /** What a crash left of a file that was being replaced. */
  const tidy = async (): Promise<void> => {
    const names = (await files.list(root)).filter((name) => unfinished.test(name));
    for (const name of names) await files.remove(`${root}/${name}`);
  };

  return {
    async open() {
      await tidy().catch(() => undefined);
      await flush();
    },
    changed(name) {
      dirty.add(name ?? engineItself);
      schedule(collect);
    },
    async close() {
      closing.abort();
      await timer;
      if (dirty.size > 0) await flush();
    },
  };
}

/** Keeps an engine process running: starts the next one when the last was killed, and knows which ends were called for. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { lineReader } from '../../src/effects/spawner-messages.js';
import type { EngineCommand, EngineReport } from './engine-words.js';
import type { Trouble } from './trouble.js';

const script = fileURLToPath(new URL('./engine-process.ts', import.meta.url));
/** Milliseconds for an engine to be ready, and for one that was told to stop to end. Two busy cores are slow. */
const startDeadline = 20_000;
const stopDeadline = 15_000;
/** Milliseconds before an engine that could not start is started again, as a service manager would. */
const again = 300;

export interface EngineKeeperOptions {
  readonly root: string;
  readonly documents: string;
  readonly log: string;
  readonly trouble: Trouble;
  /** May an engine fail to start now? It may, without any room for its files. */
  readonly mayFail: () => boolean;
  readonly onReport: (report: EngineReport) => void;
}

export interface EngineKeeper {
  /** `performance.now()` since when the present engine is ready; undefined while none is. */
  readonly upSince: () => number | undefined;
  readonly starts: () => number;
  /** Pids of all engines so far. */
  readonly pids: ReadonlySet<number>;
  start(): void;
  /** Is there an engine process that nobody has ended? */
  readonly isThere: () => boolean;
  /** Ends the engine by a signal and starts the next after `downFor` milliseconds; none where it is undefined. Resolves when it has ended. */
  down(signal: 'SIGKILL' | 'SIGTERM', downFor: number | undefined): Promise<void>;
  send(command: EngineCommand): void;
  moveClock(offset: number): void;
  /** Starts the next engine now, if one is waited for. */
  hurry(): void;
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
  expected: boolean;
}

export function createEngineKeeper({ documents, log, mayFail, onReport, root, trouble }: EngineKeeperOptions): EngineKeeper {
  const pids = new Set<number>();
  let running: Running | undefined;
  let upSince: number | undefined;
  let offset = 0;
  let starts = 0;
  let waiting: NodeJS.Timeout | undefined;

  const take = (report: EngineReport): void => {
    if (report.say === 'ready') upSince = performance.now();
    onReport(report);
  };

  const start = (): void => {
    clearTimeout(waiting);
    waiting = undefined;
    starts += 1;
    const output = openSync(log, 'a');
    // A session of its own: Ctrl-C is for the harness, which then ends the engine.
    const child = spawn(process.execPath, ['--import', 'tsx', script, root, documents, String(offset)], { detached: true, stdio: ['pipe', 'pipe', output] });
    closeSync(output);
    if (child.pid !== undefined) pids.add(child.pid);
    child.stdin?.on('error', () => undefined);
    child.stdout?.setEncoding('utf8').on('data', lineReader((line) => take(JSON.parse(line) as EngineReport)));
    const late = setTimeout(() => trouble.tell(`the engine (pid ${child.pid}) was not ready after ${startDeadline} ms`), startDeadline);
    const self: Running = {
      child,
      expected: false,
      ended: new Promise((resolve) => {
        child.once('exit', (code, signal) => {
          clearTimeout(late);
          const wasUp = upSince !== undefined;
          upSince = undefined;
          running = undefined;
          if (!self.expected && !wasUp && mayFail()) later(again);
          else if (!self.expected && !trouble.signal.aborted) trouble.tell(`the engine (pid ${child.pid}) ended by itself: code ${code}, signal ${signal}`);
          resolve();
        });
      }),
    };
    child.stdout?.on('data', () => upSince !== undefined && clearTimeout(late));
    running = self;
  };
  const later = (milliseconds: number): void => {
    if (!trouble.signal.aborted) waiting = setTimeout(start, milliseconds);
  };

  return {
    upSince: () => upSince,
    starts: () => starts,
    pids,
    isThere: () => running?.expected === false,
    start,
    async down(signal, downFor) {
      const ending = running;
      if (ending === undefined) {
        if (downFor === undefined) clearTimeout(waiting);
        return;
      }
      const first = !ending.expected;
      ending.expected = true;
      upSince = undefined;
      const late = setTimeout(() => trouble.tell(`the engine (pid ${ending.child.pid}) did not end ${stopDeadline} ms after ${signal}`), stopDeadline);
      ending.child.kill(signal);
      await ending.ended;
      clearTimeout(late);
      if (first && downFor !== undefined) later(downFor);
    },
    send: (command) => void running?.child.stdin?.write(`${JSON.stringify(command)}\n`),
    moveClock(to) {
      offset = to;
      this.send({ say: 'clock', offset });
    },
    hurry() {
      if (waiting !== undefined && running === undefined) start();
    },
  };
}

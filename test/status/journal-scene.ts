import { readdirSync, readFileSync } from 'node:fs';
import { hostPorts } from '../../src/effects/host-ports.js';
import type { Ports } from '../../src/effects/ports.js';
import type { JournalledLog } from '../../src/status/event-log.js';
import { createEventLog } from '../../src/status/event-log.js';
import type { WindlassEvent } from '../../src/status/events.js';
import type { Journal, JournalLimits } from '../../src/status/journal.js';
import { createJournal } from '../../src/status/journal.js';
import type { NodeConditions } from '../../src/status/node-conditions.js';
import { createNodeConditions } from '../../src/status/node-conditions.js';
import { journalAfter } from '../../src/status/read-journal.js';

export interface JournalScene {
  readonly log: JournalledLog;
  readonly journal: Journal;
  readonly conditions: NodeConditions;
  /** Publishes so many events. */
  tell(count: number): void;
  /** As an engine does in its stop. */
  close(): Promise<void>;
}

export interface SceneOptions extends Partial<JournalLimits> {
  /** Events kept in memory. */
  readonly memory?: number;
  readonly ports?: Ports;
}

/** A log and its journal, opened on a directory as an engine does it. */
export async function openScene(root: string, { memory = 10_000, ports = hostPorts(), ...limits }: SceneOptions = {}): Promise<JournalScene> {
  const log = createEventLog({ source: 'windlass:test', now: () => Date.now(), keep: memory, older: (after) => journalAfter(ports, root, after, () => Promise.resolve(false)) });
  const conditions = createNodeConditions(() => Date.now(), () => undefined);
  const journal = createJournal({ ports, root, log, conditions, limits: { fileBytes: 8 * 2 ** 20, keep: 4, sync: 'ends', ...limits } });
  await journal.open();
  return {
    log,
    journal,
    conditions,
    tell: (count) => {
      for (let told = 0; told < count; told += 1) log.publish('windlass.domain.reset', 'hello', { resets: told, incarnation: 1 });
    },
    async close() {
      await journal.close();
      log.close();
    },
  };
}

/** Numbers in the journal's files, oldest first, as anybody who opens them reads them. */
export function numbersIn(root: string): number[] {
  const age = (name: string): number => Number(name.slice('events.jsonl.'.length));
  const names = readdirSync(root).filter((name) => name.startsWith('events.jsonl'));
  return names
    .sort((one, other) => age(other) - age(one))
    .flatMap((name) => readFileSync(`${root}/${name}`, 'utf8').split('\n').slice(0, -1))
    .map((line) => (JSON.parse(line) as WindlassEvent).sequence);
}

/** From a number to another, both included. */
export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** The first `count` events of a stream, which is closed then. */
export async function take(events: AsyncIterable<WindlassEvent>, count: number): Promise<WindlassEvent[]> {
  const taken: WindlassEvent[] = [];
  for await (const event of events) {
    taken.push(event);
    if (taken.length === count) break;
  }
  return taken;
}

export async function numbers(events: AsyncIterable<WindlassEvent>, count: number): Promise<number[]> {
  return (await take(events, count)).map(({ sequence }) => sequence);
}

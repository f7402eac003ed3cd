import { appendFileSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TemporaryDirectory, temporaryDirectory } from '../effects/temporary-directory.js';
import { numbers, numbersIn, openScene, range, take } from './journal-scene.js';

let directory: TemporaryDirectory;
let root: string;
beforeEach(async () => {
  directory = await temporaryDirectory();
  root = directory.path;
});
afterEach(() => directory[Symbol.asyncDispose]());

describe('the journal', () => {
  it('goes on with its numbers in the next engine, and the next', async () => {
    for (let engine = 0; engine < 3; engine += 1) {
      const scene = await openScene(root);
      scene.tell(10);
      await scene.close();
      expect(scene.log.sequence()).toBe(10 * (engine + 1));
    }
    expect(numbersIn(root)).toEqual(range(1, 30));
    expect(statSync(`${root}/events.jsonl`).mode & 0o777).toBe(0o600);
  });

  it('serves a reader of an earlier engine exactly from where it was, and then what is new', async () => {
    const first = await openScene(root);
    first.tell(20);
    await first.close();
    const second = await openScene(root);
    const reading = numbers(second.log.since(7), 16);
    second.tell(3);
    expect(await reading).toEqual(range(8, 23));
    await second.close();
  });

  it('serves from its files what memory has dropped, also while it goes on', async () => {
    const scene = await openScene(root, { memory: 10, fileBytes: 20_000, keep: 99, sync: 'never' });
    const reading = numbers(scene.log.since(0), 2_000);
    for (let round = 0; round < 20; round += 1) {
      scene.tell(100);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(await reading).toEqual(range(1, 2_000));
    expect(await numbers(scene.log.since(1_234), 766)).toEqual(range(1_235, 2_000));
    await scene.close();
    expect(numbersIn(root)).toEqual(range(1, 2_000));
  });

  it('gives an event to readers only when it is written, and to subscribers at once', async () => {
    const scene = await openScene(root);
    const heard: number[] = [];
    scene.log.events$.subscribe(({ sequence }) => heard.push(sequence));
    const written = take(scene.log.since(0), 1).then(() => numbersIn(root));
    scene.tell(1);
    expect(heard).toEqual([1]);
    expect(numbersIn(root)).toEqual([]);
    expect(await written).toEqual([1]);
    await scene.close();
  });

  it('is put aside by size, and forgets the oldest, saying so', async () => {
    const scene = await openScene(root, { fileBytes: 2_000, keep: 3, memory: 1 });
    for (let round = 0; round < 40; round += 1) {
      scene.tell(3);
      await take(scene.log.since(3 * round + 2), 1);
    }
    const left = numbersIn(root);
    expect(readdirSync(root).filter((name) => name.startsWith('events.jsonl'))).toEqual(['events.jsonl', 'events.jsonl.1', 'events.jsonl.2', 'events.jsonl.3']);
    expect(left).toEqual(range(left[0] ?? 0, 120));
    expect(left[0]).toBeGreaterThan(50);
    await expect(take(scene.log.since(1), 1)).rejects.toMatchObject({ code: 'EVENTS_FORGOTTEN', message: `events 2 to ${(left[0] ?? 0) - 1} are no longer kept` });
    await expect(take(scene.log.since(121), 1)).rejects.toMatchObject({ code: 'EVENTS_FORGOTTEN' });
    expect(await numbers(scene.log.since(0), left.length)).toEqual(left);
    expect(await numbers(scene.log.since((left[0] ?? 0) - 1), 1)).toEqual([left[0]]);
    await scene.close();
  });

  it('finds its last number when its newest file is empty or missing, as a crash in a rotation leaves it', async () => {
    const scene = await openScene(root, { fileBytes: 2_000 });
    scene.tell(4);
    await take(scene.log.since(3), 1);
    scene.tell(6);
    await scene.close();
    expect(readdirSync(root)).toContain('events.jsonl.1');
    truncateSync(`${root}/events.jsonl`, 0);
    const before = numbersIn(root).at(-1) ?? 0;
    for (const crash of [() => undefined, () => rmSync(`${root}/events.jsonl`)]) {
      crash();
      const next = await openScene(root);
      expect(next.log.sequence()).toBe(before);
      await next.close();
    }
  });

  it('reads only the end of a big file when it is opened', async () => {
    writeFileSync(`${root}/events.jsonl`, range(1, 40_000).map(readLine).join(''));
    // Of this process's CPU, since a clock would measure what else the machine has to do. Microseconds.
    const before = process.cpuUsage();
    const scene = await openScene(root);
    const { system, user } = process.cpuUsage(before);
    expect(scene.log.sequence()).toBe(40_000);
    expect(user + system).toBeLessThan(100_000);
    expect(await numbers(scene.log.since(39_990), 10)).toEqual(range(39_991, 40_000));
    await scene.close();
  });
});

describe('a line that a crash tore', () => {
  it('is cut off, wherever it was torn, and nothing else is', async () => {
    const scene = await openScene(root);
    scene.tell(3);
    await scene.close();
    const whole = readFileSync(`${root}/events.jsonl`);
    const lastLine = whole.lastIndexOf(0x0a, whole.length - 2) + 1;
    for (let end = lastLine; end <= whole.length; end += 1) {
      writeFileSync(`${root}/events.jsonl`, whole.subarray(0, end));
      const next = await openScene(root);
      const known = end === whole.length ? 3 : 2;
      expect(next.log.sequence()).toBe(known);
      next.tell(1);
      await next.close();
      expect(numbersIn(root)).toEqual(range(1, known + 1));
    }
  });

  it('may be no text at all, as a disk leaves it that lost its power', async () => {
    const scene = await openScene(root);
    scene.tell(3);
    await scene.close();
    appendFileSync(`${root}/events.jsonl`, Buffer.concat([Buffer.alloc(5_000), Buffer.from('\n{"sequence":9}\n\0\0')]));
    const next = await openScene(root);
    expect(next.log.sequence()).toBe(3);
    next.tell(1);
    await next.close();
    expect(numbersIn(root)).toEqual(range(1, 4));
  });
});

function readLine(sequence: number): string {
  return `${JSON.stringify({ specversion: '1.0', id: String(sequence), sequence, source: 'windlass:test', type: 'windlass.domain.reset', subject: 'hello', time: '2026-01-01T00:00:00.000Z', datacontenttype: 'application/json', data: { resets: sequence, incarnation: 1 } })}\n`;
}

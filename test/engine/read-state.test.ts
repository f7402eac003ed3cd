import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPersistence, type Persistence } from '../../src/engine/persistence.js';
import { readState } from '../../src/engine/read-state.js';
import type { DomainStatus } from '../../src/status/status.js';
import { createNodeConditions } from '../../src/status/node-conditions.js';
import { createStatusWriter } from '../../src/status/status-writer.js';
import { anchorScene, type AnchorScene } from '../anchors/anchor-scene.js';
import { smallDisk } from '../status/small-disk.js';
import { conditionsIn, runningStatus } from './state-scene.js';

let scene: AnchorScene;
beforeEach(async () => {
  scene = await anchorScene();
});
afterEach(() => scene[Symbol.asyncDispose]());

/** What an engine that ran on the scene's root had written when it stopped, crashed or still runs. */
async function engineSaid(statuses: readonly DomainStatus[], orphans: readonly { name: string; directory: string }[] = []): Promise<void> {
  const writer = createStatusWriter({
    ports: scene.ports,
    root: scene.root,
    engine: { pid: process.pid, startedAt: '2026-01-01T00:00:00.000Z' },
    get: (name) => statuses.find((one) => one.name === name),
    conditions: createNodeConditions(() => Date.now(), () => undefined),
    orphans: () => orphans,
    sequence: () => 7,
  });
  for (const { name } of statuses) writer.changed(name);
  await writer.close();
}
const hello = async (): Promise<DomainStatus | undefined> => (await readState(scene.root)).domains.find(({ name }) => name === 'hello');

describe('readState', () => {
  it('finds nothing where there is nothing', async () => {
    expect(await readState(`${scene.root}/none`)).toMatchObject({ engine: null, sequence: 0, domains: [], orphans: [], problems: [] });
    expect(existsSync(`${scene.root}/none`)).toBe(false);
  });

  it('repeats what a living engine says of a living anchor, and writes nothing', async () => {
    const { exited, identity } = await scene.launch();
    await using lock = { ...(await scene.ports.locks.acquire(`${scene.root}/engine.lock`)), [Symbol.asyncDispose]: () => Promise.resolve() };
    await engineSaid([runningStatus('hello', scene.layout.directory, { anchor: identity })]);
    const before = readdirSync(scene.root);
    const reading = await readState(scene.root);
    expect(reading.engine).toEqual({ pid: process.pid });
    expect(reading.domains).toEqual([runningStatus('hello', scene.layout.directory, { anchor: identity })]);
    expect(readdirSync(scene.root)).toEqual(before);
    await scene.ports.processes.signal(identity, 'SIGKILL');
    await exited;
    // The engine has not told of it yet.
    const after = await hello();
    expect(after?.phase).toBe('running');
    expect(conditionsIn(after)).toContain('AnchorPresent=False/ProcessGone');
    expect(conditionsIn(after)).toContain('Ready=False/AnchorAbsent');
    await lock.release();
  });

  it('says that nobody watches where no engine runs, and what is true of the anchor', async () => {
    const { exited, identity } = await scene.launch();
    await engineSaid([runningStatus('hello', scene.layout.directory)]);
    const alive = await hello();
    expect(alive).toMatchObject({ phase: 'running', anchor: { pid: identity.pid }, runState: null });
    expect(conditionsIn(alive)).toEqual(['AnchorPresent=True/ProcessAlive', 'AsDesired=Unknown/NoEngine', 'Degraded=Unknown/NoEngine', 'Ready=Unknown/NoEngine', 'Supervised=False/NoEngine']);

    await scene.ports.processes.signal(identity, 'SIGKILL');
    await exited;
    const dead = await hello();
    expect(dead).toMatchObject({ phase: 'observing', state: 'observing', anchor: null });
    expect(conditionsIn(dead)).toEqual(['AnchorPresent=False/ProcessGone', 'AsDesired=False/AnchorAbsent', 'Degraded=Unknown/NoEngine', 'Ready=False/AnchorAbsent', 'Supervised=False/NoEngine']);
    expect(dead?.conditions.find(({ type }) => type === 'Supervised')?.message).toContain('it was running');
  });

  it('does not take an earlier word for that of the engine that runs now', async () => {
    await scene.launch();
    await engineSaid([runningStatus('hello', scene.layout.directory)]);
    const lock = await scene.ports.locks.acquire(`${scene.root}/engine.lock`);
    writeFileSync(`${scene.root}/engine.json`, JSON.stringify({ version: 1, engine: { pid: process.pid, startedAt: 'later' }, sequence: 0, writtenAt: '', conditions: [], orphans: [], unplaced: [] }));
    expect(conditionsIn(await hello())).toContain('Supervised=False/NotYetSupervised');
    await lock.release();
  });

  it('goes by the record where the status is missing or damaged, and by nothing where both are', async () => {
    await scene.launch();
    expect(await hello()).toMatchObject({ phase: 'observing', incarnation: 3, generation: 2, anchor: { pid: expect.any(Number) as number } });
    for (const damage of ['', '{"version":1', '{"version":2}', '[]', '{"version":1,"engine":{"pid":1,"startedAt":""},"status":{"name":"hello"}}']) {
      writeFileSync(`${scene.layout.directory}/status.json`, damage);
      const reading = await readState(scene.root);
      expect(reading.problems.map(({ path }) => path)).toEqual([`${scene.layout.directory}/status.json`]);
      expect(reading.domains).toMatchObject([{ name: 'hello', phase: 'observing' }]);
    }
    writeFileSync(scene.layout.record, '{');
    expect(conditionsIn(await hello())).toContain('AnchorPresent=Unknown/Unconfirmed');
    writeFileSync(`${scene.root}/engine.json`, '{');
    expect((await readState(scene.root)).problems.map(({ path }) => path)).toContain(`${scene.root}/engine.json`);
  });

  it('tells orphans apart, and domains that have no directory yet', async () => {
    const { identity } = await scene.launch();
    const waiting = runningStatus('waits', `${scene.root}/process/waits`, { phase: 'pending', state: 'pending.admitting' });
    await engineSaid([waiting], [{ name: 'hello', directory: scene.layout.directory }]);
    const reading = await readState(scene.root);
    expect(reading.orphans).toEqual([{ name: 'hello', hypervisor: 'process', directory: scene.layout.directory, pid: identity.pid, presence: 'present', reason: 'process-alive' }]);
    expect(reading.domains).toMatchObject([{ name: 'waits', phase: 'pending' }]);
  });
});

describe('status files', () => {
  const persistence = (): Persistence =>
    createPersistence({ ports: scene.ports, root: scene.root, pid: process.pid, keepEvents: 100, journal: { fileBytes: 1e6, keep: 1, sync: 'ends' }, orphans: () => [] });

  it('say whose they are as soon as an engine is open, and tidy what a crash left', async () => {
    await scene.ports.files.ensureDirectory(scene.root, 0o700);
    writeFileSync(`${scene.root}/.engine.json.0123456789ab.tmp`, '{');
    const open = persistence();
    await open.open();
    expect(readdirSync(scene.root).sort()).toEqual(['engine.json', 'events.jsonl', 'events.reserved.0']);
    await open.close();
  });

  it('are written together a moment later, follow their domain, and go with it', async () => {
    let status: DomainStatus | undefined = runningStatus('hello', scene.layout.directory);
    let writes = 0;
    const counting = { ...scene.ports, files: { ...scene.ports.files, writeAtomic: (...given: Parameters<typeof scene.ports.files.writeAtomic>) => ((writes += 1), scene.ports.files.writeAtomic(...given)) } };
    mkdirSync(scene.layout.directory, { recursive: true });
    const writer = createStatusWriter({
      ports: counting,
      root: scene.root,
      engine: { pid: process.pid, startedAt: '' },
      get: () => status,
      conditions: createNodeConditions(() => Date.now(), () => undefined),
      orphans: () => [],
      sequence: () => 0,
    });
    for (let change = 0; change < 50; change += 1) writer.changed('hello');
    expect(writes).toBe(0);
    await delay(250);
    expect(writes).toBe(2);
    expect(existsSync(`${scene.layout.directory}/status.json`)).toBe(true);
    status = undefined;
    writer.changed('hello');
    await writer.close();
    expect(existsSync(`${scene.layout.directory}/status.json`)).toBe(false);
  });

  it('are rather removed than left untrue where the disk is full, and written when there is room', async () => {
    await using disk = await smallDisk();
    const directory = `${disk.root}/process/hello`;
    mkdirSync(directory, { recursive: true });
    let status = runningStatus('hello', directory);
    const conditions = createNodeConditions(() => Date.now(), () => undefined);
    const writer = createStatusWriter({ ports: disk.ports, root: disk.root, engine: { pid: 1, startedAt: '' }, get: () => status, conditions, orphans: () => [], sequence: () => 0 });
    writer.changed('hello');
    await delay(200);
    expect(existsSync(`${directory}/status.json`)).toBe(true);
    disk.fill();
    status = runningStatus('hello', directory, { phase: 'failed', state: 'failed', lastEnd: { cause: 'panic', message: 'x'.repeat(6_000), generation: 1, incarnation: 1, exit: null, rung: null, evidence: null, later: [] } });
    writer.changed('hello');
    await delay(200);
    expect(conditions.all()).toMatchObject([{ type: 'StatusWritten', status: 'False', reason: 'FILE_NO_SPACE' }]);
    expect(existsSync(`${directory}/status.json`)).toBe(false);
    disk.free();
    await delay(1_200);
    expect(conditions.all()).toMatchObject([{ type: 'StatusWritten', status: 'True' }]);
    expect((await readState(disk.root)).domains).toMatchObject([{ name: 'hello', phase: 'failed' }]);
    await writer.close();
    rmSync(directory, { recursive: true });
  });
});

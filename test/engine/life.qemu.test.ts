import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { StatusMessage, WindlassEvent } from '../../src/index.js';
import { createEngine, hostPorts } from '../../src/index.js';
import { heartbeatImage } from '../support/guest-image.js';
import { untilSaid } from '../support/guest-console.js';
import { startOtherEngine } from '../support/other-engine.js';
import { domain, eventsOf, pidOf, startEngine, untilRunning } from '../support/scenario.js';
import { anchorsOf, stateDirectory } from '../support/state-directory.js';

test('two engines in one process live side by side, each on its own directory', async () => {
  const [one, other] = [await startEngine(), await startEngine()];
  await Promise.all([one.apply([domain('same-name')]), other.apply([domain('same-name')])]);
  const [here, there] = await Promise.all([untilRunning(one, 'same-name'), untilRunning(other, 'same-name')]);
  expect(pidOf(here)).not.toBe(pidOf(there));

  await one.stop({ guests: 'halt' });
  expect(anchorsOf(one.stateDirectory)).toEqual([]);
  expect(anchorsOf(other.stateDirectory)).toEqual([pidOf(there)]);
  expect(other.get('same-name')).toMatchObject({ phase: 'running' });
});

test('what a guest has taken is asked of its anchor, and is nothing once that is gone', async () => {
  const engine = await startEngine();
  await engine.apply([domain('busy')]);
  await untilRunning(engine, 'busy');
  await untilSaid(engine.stateDirectory, 'busy', /HEARTBEAT/);
  const usage = await engine.usage('busy');
  expect(usage).toMatchObject({ accountedBy: 'anchor' });
  expect(usage?.cpuSeconds).toBeGreaterThan(0);
  expect(usage?.memoryBytes).toBeGreaterThan(10 * 2 ** 20);
  expect(await engine.usage('nobody')).toBeUndefined();
  await engine.remove(['busy']);
  expect(await engine.usage('busy')).toBeUndefined();
});

test('a second engine on the same directory is refused, and told who has it', async () => {
  const root = stateDirectory();
  const other = await startOtherEngine(root, []);
  await expect(createEngine({ stateDirectory: root })).rejects.toMatchObject({
    code: 'ENGINE_LOCKED',
    message: expect.stringMatching(new RegExp(`${root} belongs to another engine \\(pid ${other.pid}\\); stop that engine`)) as unknown,
  });
  // The lock of a dead engine passes on.
  await other.kill();
  const next = await startEngine({ stateDirectory: root });
  await expect(createEngine({ stateDirectory: root })).rejects.toMatchObject({ code: 'ENGINE_LOCKED', message: expect.stringContaining(`pid ${process.pid}`) as unknown });
  await next.stop();
  await (await createEngine({ stateDirectory: root })).stop();
});

test('disposing of an engine leaves the guests; halting them leaves nothing; both can be said again', async () => {
  const root = stateDirectory();
  const documents = [domain('guest')];
  const brieflyServed = async (): Promise<number> => {
    await using engine = await createEngine({ stateDirectory: root });
    await engine.apply(documents);
    await untilSaid(root, 'guest', /HEARTBEAT/);
    return pidOf(await untilRunning(engine, 'guest'));
  };
  expect([await brieflyServed()]).toEqual(anchorsOf(root));

  const engine = await createEngine({ stateDirectory: root });
  await engine.apply(documents);
  expect(await engine.settled()).toBe(true);
  const events: WindlassEvent[] = [];
  engine.status$.subscribe((message) => {
    if (message.type === 'event') events.push(message.event);
  });
  await Promise.all([engine.stop({ guests: 'halt' }), engine.stop({ guests: 'halt' })]);
  expect(anchorsOf(root)).toEqual([]);
  expect(events.flatMap((event) => (event.type === 'windlass.domain.ended' ? [event.data.end.rung] : []))).toEqual(['press']);
  await engine.stop();
  await expect(engine.apply(documents)).rejects.toMatchObject({ code: 'ENGINE_STOPPED' });
});

test('a subscriber gets a snapshot, then events with the status after them; a reader resumes where it stopped', async () => {
  const engine = await startEngine();
  await engine.apply([domain('first')]);
  await untilRunning(engine, 'first');
  const messages: StatusMessage[] = [];
  engine.status$.subscribe((message) => messages.push(message));
  const told = eventsOf(engine).length;
  expect(messages).toMatchObject([{ type: 'snapshot', sequence: told, domains: [{ name: 'first', phase: 'running' }] }]);

  await engine.apply([domain('first', { disks: engineDisks(engine) }), domain('second')]);
  await untilRunning(engine, 'second');
  expect(messages[1]).toMatchObject({ type: 'event', event: { sequence: told + 1, type: 'windlass.documents.applied' }, status: null });
  const running = messages.find((message) => message.type === 'event' && message.event.subject === 'second' && message.status?.phase === 'running');
  expect(running).toBeDefined();

  const read: WindlassEvent[] = [];
  for await (const event of engine.events({ since: 3 })) {
    read.push(event);
    if (event.sequence === eventsOf(engine).length) break;
  }
  expect(read.map(({ sequence }) => sequence)).toEqual(read.map((_, index) => index + 4));
  expect(read).toEqual(eventsOf(engine).slice(3));
});

/** The disks of the domain as they are, so that nothing changes for it. */
function engineDisks(engine: Awaited<ReturnType<typeof startEngine>>): { image: string }[] {
  const devices = engine.get('first')?.placement?.deviceModel.devices ?? [];
  return devices.filter((device) => device.class === 'block').map(({ backEnd }) => ({ image: backEnd.host ?? '' }));
}

test('twenty domains at once converge, and halting them leaves nothing', async () => {
  const engine = await startEngine();
  const documents = Array.from({ length: 20 }, (_, index) => domain(`many-${index}`, { deadlines: { press: '300ms' } }));
  const asked = performance.now();
  await engine.apply(documents);
  expect(await engine.settled({ signal: AbortSignal.timeout(30_000) })).toBe(true);
  console.info(`20 domains as desired in ${((performance.now() - asked) / 1000).toFixed(1)} s`);
  expect(anchorsOf(engine.stateDirectory)).toHaveLength(20);
  for (const { incarnation, phase } of engine.list()) expect({ incarnation, phase }).toEqual({ incarnation: 1, phase: 'running' });

  await engine.stop({ guests: 'halt' });
  expect(anchorsOf(engine.stateDirectory)).toEqual([]);
});

test('applications in quick succession: the last one said is the one that holds, however long an earlier one took', async () => {
  const ports = hostPorts();
  let looks = 0;
  const findExecutable = async (name: string): Promise<string | undefined> => {
    looks += 1;
    if (looks === 1) await sleep(1_500);
    return ports.files.findExecutable(name);
  };
  onTestFinished(() => ports.close());
  const engine = await startEngine({ ports: { ...ports, files: { ...ports.files, findExecutable } } });
  const disks = [{ image: heartbeatImage() }];
  await Promise.all([
    engine.apply([domain('a', { qemu: { binary: '/usr/bin/qemu-system-x86_64' } }), domain('b')]),
    engine.apply([domain('b', { disks }), domain('c')]),
    engine.apply([domain('c', { memory: '24Mi' })]),
    engine.apply([]),
    engine.apply([domain('b', { disks, memory: '24Mi' })]),
  ]);
  expect(await engine.settled()).toBe(true);
  expect(engine.list().map(({ name }) => name)).toEqual(['b']);
  expect(await untilRunning(engine, 'b')).toMatchObject({ incarnation: 1 });
});

test('the example of embedding runs as it stands, in a directory of its own, and says how to end what runs on', () => {
  const scratch = stateDirectory();
  const run = (...args: readonly string[]): string =>
    execFileSync(process.execPath, ['--import', 'tsx', ...args], { cwd: new URL('../..', import.meta.url), env: { ...process.env, TMPDIR: scratch }, encoding: 'utf8', timeout: 30_000 });
  const printed = run('examples/embed.ts');
  expect(printed).toContain('hello is running\n');
  expect(printed).toMatch(/^hello: running on qemu, pid \d+$/m);
  expect(printed).toContain('everything is as desired');
  expect(anchorsOf(scratch)).toHaveLength(1);

  const [, command] = /to end them: npx windlass (.+)$/m.exec(printed) ?? [];
  run('src/cli/main.ts', ...(command ?? '').split(' '));
  expect(anchorsOf(scratch)).toEqual([]);
});

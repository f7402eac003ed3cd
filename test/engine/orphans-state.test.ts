import { expect, test } from 'vitest';
import type { Engine, EngineOptions, ParsedDocument, WindlassEvent } from '../../src/index.js';
import type { ProcessIdentity } from '../../src/effects/ports/processes.js';
import { createEngine, parseDocuments } from '../../src/index.js';
import type { SimulatedHost } from '../support/simulated-host.js';
import { simulatedHost } from '../support/simulated-host.js';

function domains(...names: readonly string[]): readonly ParsedDocument[] {
  const text = names.map((name) => `---\napiVersion: windlass/v1\nkind: Domain\nmetadata: { name: ${name} }\nspec: { memory: 64Mi, hypervisor: process }\n`).join('');
  const result = parseDocuments([{ file: '/few.yaml', text }]);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result.documents;
}

const start = (host: SimulatedHost, options: EngineOptions = {}): Promise<Engine> => createEngine({ stateDirectory: '/s', ports: host.ports, adapters: [host.adapter], ...options });

/** Leaves three running domains and no engine. */
async function deserted(): Promise<SimulatedHost> {
  const host = simulatedHost();
  const engine = await start(host);
  await engine.apply(domains('one', 'two', 'three'));
  await engine.settled();
  await engine.stop();
  expect(host.living()).toBe(3);
  return host;
}

function heard(engine: Engine): WindlassEvent[] {
  const events: WindlassEvent[] = [];
  engine.status$.subscribe((message) => message.type === 'event' && events.push(message.event));
  return events;
}

async function rewriteRecord({ ports: { files } }: SimulatedHost, name: string, change: (record: string) => string): Promise<void> {
  const path = `/s/process/${name}/anchor.json`;
  await files.writeAtomic(path, change((await files.readText(path)) ?? ''), 0o600);
}

test('what no document names is told of and left alone, until a document names it', async () => {
  const host = await deserted();
  await using engine = await start(host);
  const events = heard(engine);
  expect(engine.orphans()).toEqual([]);
  await engine.apply(domains('one'));
  expect(engine.orphans().map(({ name, presence }) => [name, presence])).toEqual([
    ['three', 'present'],
    ['two', 'present'],
  ]);
  expect(events.filter(({ type }) => type === 'windlass.orphan.found').map(({ subject }) => subject)).toEqual(['three', 'two']);
  await engine.settled();
  expect(host.living()).toBe(3);
  await engine.apply(domains('one', 'two'));
  await engine.settled();
  expect(engine.orphans().map(({ name }) => name)).toEqual(['three']);
  expect(engine.get('two')?.incarnation).toBe(1);
  // Told once, not at each apply.
  expect(events.filter(({ type }) => type === 'windlass.orphan.found')).toHaveLength(2);
});

test('reap: each goes through its own machine, and its end is told', async () => {
  const host = await deserted();
  await using engine = await start(host, { orphans: 'reap' });
  const events = heard(engine);
  await engine.apply(domains('one'));
  await expect.poll(() => engine.orphans(), { timeout: 5_000 }).toEqual([]);
  await engine.settled();
  expect(host.living()).toBe(1);
  const told = events.filter(({ subject }) => subject === 'two').map((event) => (event.type === 'windlass.domain.phase' ? event.data.to : event.type));
  expect(told).toEqual(['windlass.orphan.found', 'observing', 'halting', 'windlass.domain.ended', 'gone', 'windlass.domain.forgotten', 'windlass.orphan.cleaned']);
  expect(await host.ports.files.list('/s/process')).toEqual(['one']);
});

test('what cannot be understood is never reaped', async () => {
  const host = await deserted();
  await rewriteRecord(host, 'two', () => '{"version":1,');
  await rewriteRecord(host, 'three', (record) => JSON.stringify({ ...(JSON.parse(record) as object), document: 'of another kind of engine' }));
  await using engine = await start(host, { orphans: 'reap' });
  await engine.apply(domains('one'));
  await engine.settled();
  expect(engine.orphans()).toMatchObject([
    { name: 'three', presence: 'present', reason: expect.stringContaining('not one of this engine') as string },
    { name: 'two', presence: 'unknown', pid: null, reason: expect.stringContaining('/s/process/two/anchor.json') as string },
  ]);
  expect(host.living()).toBe(3);
});

/** Whether the anchors of these domains live cannot be told, until it is mended. */
async function hidden(host: SimulatedHost, ...names: readonly string[]): Promise<{ readonly mend: () => void; readonly looks: () => number }> {
  const { files, processes } = host.ports;
  const pids = await Promise.all(names.map(async (name) => (JSON.parse((await files.readText(`/s/process/${name}/anchor.json`)) ?? '') as { identity: { pid: number } }).identity.pid));
  const presence = processes.presence.bind(processes);
  const findByArgument = processes.findByArgument.bind(processes);
  let looks = 0;
  Object.assign(processes, {
    presence: (identity: ProcessIdentity) => (pids.includes(identity.pid) && ++looks > 0 ? Promise.resolve('unknown') : presence(identity)),
    findByArgument: async (argument: string) => (await findByArgument(argument)).filter(({ pid }) => !pids.includes(pid)),
  });
  return { mend: () => void Object.assign(processes, { presence, findByArgument }), looks: () => looks };
}

test('an anchor of which it cannot be told whether it lives is looked at again until it can, and then goes the way of the others', async () => {
  const host = await deserted();
  const { looks, mend } = await hidden(host, 'two', 'three');
  await using engine = await start(host, { orphans: 'reap' });
  const events = heard(engine);
  await engine.apply(domains('one'));
  expect(engine.orphans().map(({ name, presence }) => [name, presence])).toEqual([
    ['three', 'unknown'],
    ['two', 'unknown'],
  ]);
  const before = looks();
  // Nobody asks for anything that they hold.
  await expect.poll(looks, { timeout: 5_000 }).toBeGreaterThan(before);
  expect(host.living()).toBe(3);
  mend();
  await expect.poll(() => engine.orphans(), { timeout: 10_000 }).toEqual([]);
  expect(host.living()).toBe(1);
  expect(events.filter(({ type }) => type === 'windlass.orphan.found')).toHaveLength(2);
});

test('memory that an anchor may hold is free for others once it is seen to be gone, though they wait for memory alone', async () => {
  const host = await deserted();
  const { mend } = await hidden(host, 'two', 'three');
  await using engine = await start(host, { memoryLimit: 4 * 64 * 2 ** 20 });
  await engine.apply(domains('one'));
  host.kill(Math.max(...host.pids()));
  await engine.apply(domains('one', 'four', 'five'));
  await expect.poll(() => engine.list().filter(({ problem }) => problem?.reason === 'INSUFFICIENT_MEMORY')).toHaveLength(1);
  mend();
  expect(await engine.settled({ signal: AbortSignal.timeout(10_000) })).toBe(true);
  expect(engine.orphans().map(({ presence }) => presence).sort()).toEqual(['absent', 'present']);
});

test('what is of an earlier boot of the host, or was never launched, is cleaned without asking', async () => {
  const host = await deserted();
  const otherBoot = (record: string): string => record.replaceAll(/"bootId":"[^"]*"/g, '"bootId":"another"');
  for (const name of ['two', 'three']) {
    const { identity } = JSON.parse((await host.ports.files.readText(`/s/process/${name}/anchor.json`)) ?? '') as { identity: { pid: number } };
    host.kill(identity.pid);
    await rewriteRecord(host, name, otherBoot);
  }
  await host.ports.files.writeAtomic('/s/process/four/status.json', '{}', 0o600);
  await using engine = await start(host);
  const events = heard(engine);
  await engine.apply(domains('one', 'two'));
  await engine.settled();
  expect(engine.orphans()).toEqual([]);
  expect(events.flatMap((event) => (event.type === 'windlass.orphan.cleaned' ? [[event.subject, event.data.reason]] : [])).sort()).toEqual([
    ['four', 'never-launched'],
    ['three', 'other-boot'],
  ]);
  expect(await host.ports.files.list('/s/process')).toEqual(['one', 'two']);
});

test('a domain that was halted leaves nothing when its document goes, and stopping forgets nobody', async () => {
  const host = simulatedHost();
  const engine = await start(host);
  const events = heard(engine);
  const halted = domains('one').map((each) => ({ ...each, document: { ...each.document, spec: { ...each.document.spec, power: 'halted' as const } } }));
  await engine.apply(domains('one', 'two'));
  await engine.settled();
  await engine.apply([...halted, ...domains('two')]);
  await engine.settled();
  expect(await host.ports.files.list('/s/process')).toEqual(['one', 'two']);
  await engine.apply(domains('two'));
  await expect.poll(() => host.ports.files.list('/s/process')).toEqual(['two']);
  await engine.stop();
  expect(events.filter(({ type }) => type === 'windlass.domain.forgotten').map(({ subject }) => subject)).toEqual(['one']);
});

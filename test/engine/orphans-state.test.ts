import { expect, test } from 'vitest';
import type { Engine, EngineOptions, ParsedDocument, WindlassEvent } from '../../src/index.js';
import type { ProcessIdentity } from '../../src/effects/ports/processes.js';
import { createEngine, parseDocuments, WindlassError } from '../../src/index.js';
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

/** Nobody may list these directories, until it is mended. */
function locked({ ports: { files } }: SimulatedHost, ...paths: readonly string[]): { readonly mend: () => void } {
  const list = files.list.bind(files);
  const refuse = (path: string): Promise<never> => Promise.reject(new WindlassError('FILE_NOT_PERMITTED', `cannot list ${path}`));
  Object.assign(files, { list: (path: string) => (paths.includes(path) ? refuse(path) : list(path)) });
  return { mend: () => void Object.assign(files, { list }) };
}

test('what was never launched and cannot be looked at keeps nothing else from being cleaned, is told of, and is cleaned when it can be', async () => {
  const host = await deserted();
  for (const name of ['four', 'five']) await host.ports.files.writeAtomic(`/s/process/${name}/status.json`, '{}', 0o600);
  const { mend } = locked(host, '/s/process/five');
  await using engine = await start(host);
  const events = heard(engine);
  const cleaned = (): readonly (string | undefined)[] => events.flatMap(({ subject, type }) => (type === 'windlass.orphan.cleaned' ? [subject] : []));
  await engine.apply(domains('one', 'two', 'three'));
  expect(cleaned()).toEqual(['four']);
  const told = (): unknown => engine.conditions().find(({ type }) => type === 'LeftoversRemoved');
  expect(told()).toMatchObject({ status: 'False', reason: 'FILE_NOT_PERMITTED', message: 'cannot list /s/process/five' });
  mend();
  await expect.poll(cleaned, { timeout: 5_000 }).toEqual(['four', 'five']);
  expect(told()).toMatchObject({ status: 'True' });
  expect(await host.ports.files.list('/s/process')).toEqual(['one', 'three', 'two']);
});

test('state of an earlier boot that cannot be removed is told of, and removed when it can be', async () => {
  const host = await deserted();
  const { identity } = JSON.parse((await host.ports.files.readText('/s/process/two/anchor.json')) ?? '') as { identity: { pid: number } };
  host.kill(identity.pid);
  await rewriteRecord(host, 'two', (record) => record.replaceAll(/"bootId":"[^"]*"/g, '"bootId":"another"'));
  const { mend } = locked(host, '/s/process/two');
  await using engine = await start(host);
  await engine.apply(domains('one', 'three'));
  expect(engine.conditions()).toContainEqual(expect.objectContaining({ type: 'LeftoversRemoved', status: 'False' }));
  mend();
  await expect.poll(() => host.ports.files.list('/s/process'), { timeout: 5_000 }).toEqual(['one', 'three']);
  expect(engine.conditions()).toContainEqual(expect.objectContaining({ type: 'LeftoversRemoved', status: 'True' }));
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

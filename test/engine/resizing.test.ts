/** Memory that changes under a living guest, on a simulated host whose hypervisor can do that. */
import { defer, merge, of } from 'rxjs';
import { expect, onTestFinished, test } from 'vitest';
import type { HypervisorAdapter } from '../../src/hypervisor-adapters/contract.js';
import type { AnchorSession } from '../../src/hypervisor-adapters/contract/session.js';
import type { Engine, EngineOptions, ParsedDocument } from '../../src/index.js';
import { createEngine, parseDocuments, WindlassError } from '../../src/index.js';
import type { Observation } from '../../src/machines/observations.js';
import { simulatedHost } from '../support/simulated-host.js';

const mebi = 2 ** 20;

/** Mebibytes by name, of at most 256. */
function documents(sizes: Readonly<Record<string, number>>): readonly ParsedDocument[] {
  const text = Object.entries(sizes).map(([name, size]) => `---\napiVersion: windlass/v1\nkind: Domain\nmetadata: { name: ${name} }\nspec: { memory: { size: ${size}Mi, max: 256Mi }, hypervisor: process }\n`);
  const result = parseDocuments([{ file: '/elastic.yaml', text: text.join('') }]);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result.documents;
}

/** Guests that hold what they are given, and give back what they are asked for unless they are among those that keep it. */
function elasticHost(keeping: readonly string[] = []) {
  const host = simulatedHost();
  const memory = new Map<string, number>();
  const asked: string[] = [];
  let refuses = false;
  const elastic = (directory: string, session: AnchorSession): AnchorSession => {
    const name = directory.slice(directory.lastIndexOf('/') + 1);
    const told = defer(() => of<Observation>({ type: 'guest.memory', bytes: memory.get(name) ?? 0 }));
    return {
      ...session,
      observations: merge(session.observations, told),
      resize: (bytes) => {
        if (refuses) return Promise.reject(new WindlassError('GUEST_REFUSED', 'not now', { retryable: true }));
        const before = memory.get(name) ?? 0;
        asked.push(`${name} ${bytes / mebi}`);
        memory.set(name, bytes);
        return Promise.resolve(keeping.includes(name) ? Math.max(before, bytes) : bytes);
      },
    };
  };
  const adapter: HypervisorAdapter = {
    ...host.adapter,
    plan: (request) => {
      memory.set(request.document.metadata.name, memory.get(request.document.metadata.name) ?? request.document.spec.memory.size);
      return host.adapter.plan(request);
    },
    connect: async (ports, request) => elastic(request.layout.directory, await host.adapter.connect(ports, request)),
  };
  return { host, adapter, asked, refuse: (whether: boolean) => void (refuses = whether) };
}

async function engineOn({ adapter, host }: ReturnType<typeof elasticHost>, options: EngineOptions = {}): Promise<Engine> {
  const engine = await createEngine({ stateDirectory: '/s', ports: host.ports, adapters: [adapter], ...options });
  onTestFinished(() => engine[Symbol.asyncDispose]());
  return engine;
}

const settled = (engine: Engine): Promise<boolean> => engine.settled({ signal: AbortSignal.timeout(10_000) });
const counted = (engine: Engine, name: string): number => (engine.get(name)?.placement?.memoryBytes ?? 0) / mebi;
const until = (engine: Engine, name: string, reason: string): Promise<void> => expect.poll(() => engine.get(name)?.problem?.reason, { timeout: 5_000, interval: 10 }).toBe(reason);

test('it is what the document says, in the same run, and what counts and is on record follows', async () => {
  const here = elasticHost();
  const engine = await engineOn(here);
  for (const size of [64, 128, 32]) {
    await engine.apply(documents({ a: size }));
    expect(await settled(engine)).toBe(true);
    expect(counted(engine, 'a')).toBe(size);
    const record = JSON.parse((await here.host.ports.files.readText('/s/process/a/anchor.json')) ?? '') as { readonly placement: { readonly memoryBytes: number } };
    expect(record.placement.memoryBytes).toBe(size * mebi);
  }
  expect(here.asked).toEqual(['a 128', 'a 32']);
  expect(engine.get('a')).toMatchObject({ incarnation: 1, generation: 3, observedGeneration: 3, lastEnd: null });
});

test('more than is free is not given: why is told until there is room, and the guest runs on meanwhile', async () => {
  const here = elasticHost();
  const engine = await engineOn(here, { memoryLimit: 128 * mebi });
  await engine.apply(documents({ a: 64, b: 64 }));
  await settled(engine);
  await engine.apply(documents({ a: 96, b: 64 }));
  await until(engine, 'a', 'INSUFFICIENT_MEMORY');
  expect(engine.get('a')).toMatchObject({ incarnation: 1, runState: 'running', problem: { message: 'needs 32 MiB more, and 0 MiB are free for domains' } });
  expect(here.asked).toEqual([]);
  await engine.apply(documents({ a: 96 }));
  expect(await settled(engine)).toBe(true);
  expect(here.asked).toEqual(['a 96']);
  expect(engine.get('a')).toMatchObject({ incarnation: 1, problem: null });
});

test('what a guest was asked for and keeps is given to nobody else', async () => {
  const here = elasticHost(['a']);
  const engine = await engineOn(here, { memoryLimit: 128 * mebi });
  await engine.apply(documents({ a: 96 }));
  await settled(engine);
  await engine.apply(documents({ a: 32 }));
  expect(await settled(engine)).toBe(true);
  expect(counted(engine, 'a')).toBe(96);
  await engine.apply(documents({ a: 32, b: 64 }));
  await until(engine, 'b', 'INSUFFICIENT_MEMORY');
  await engine.apply(documents({ b: 64 }));
  expect(await settled(engine)).toBe(true);
});

test('a change that was made while no engine ran is carried out by the next, which counts as the last did', async () => {
  const here = elasticHost();
  const first = await engineOn(here, { memoryLimit: 128 * mebi });
  await first.apply(documents({ a: 64 }));
  await settled(first);
  await first.apply(documents({ a: 96 }));
  await settled(first);
  await first.stop({ guests: 'leave' });
  const second = await engineOn(here, { memoryLimit: 128 * mebi });
  await second.apply(documents({ a: 96, b: 48 }));
  await until(second, 'b', 'INSUFFICIENT_MEMORY');
  await second.apply(documents({ a: 80, b: 48 }));
  expect(await settled(second)).toBe(true);
  expect(here.asked).toEqual(['a 96', 'a 80']);
  expect(second.get('a')).toMatchObject({ incarnation: 1 });
});

test.each([
  ['refused, and the document went back', undefined],
  ['refused, and the next engine finds a document that went back', 'another engine'],
])('what was counted for memory that was %s, is free for others', async (_, next) => {
  const here = elasticHost();
  const first = await engineOn(here, { memoryLimit: 128 * mebi });
  await first.apply(documents({ a: 64 }));
  await settled(first);
  here.refuse(true);
  await first.apply(documents({ a: 96 }));
  await until(first, 'a', 'GUEST_REFUSED');
  expect(counted(first, 'a')).toBe(96);
  here.refuse(false);
  if (next !== undefined) await first.stop({ guests: 'leave' });
  const engine = next === undefined ? first : await engineOn(here, { memoryLimit: 128 * mebi });
  await engine.apply(documents({ a: 64, b: 64 }));
  expect(await settled(engine)).toBe(true);
  expect([counted(engine, 'a'), counted(engine, 'b')]).toEqual([64, 64]);
  expect(engine.get('a')).toMatchObject({ incarnation: 1 });
});

test('a guest is given no memory that cannot be put on record: the next engine would give it to another', async () => {
  const here = elasticHost();
  const engine = await engineOn(here, { memoryLimit: 128 * mebi });
  await engine.apply(documents({ a: 64 }));
  await settled(engine);
  const { files } = here.host.ports;
  const writeAtomic = files.writeAtomic.bind(files);
  Object.assign(files, { writeAtomic: (path: string, ...rest: [string, number]) => (path.endsWith('/a/anchor.json') ? Promise.reject(new WindlassError('FILE_NO_SPACE', 'no space', { retryable: true })) : writeAtomic(path, ...rest)) });
  await engine.apply(documents({ a: 96 }));
  await until(engine, 'a', 'FILE_NO_SPACE');
  expect(here.asked).toEqual([]);
  expect(counted(engine, 'a')).toBe(64);
  await engine.apply(documents({ a: 96, b: 64 }));
  await expect.poll(() => engine.get('b')?.phase, { timeout: 5_000 }).toBe('running');
  await engine.apply(documents({ a: 96 }));
  Object.assign(files, { writeAtomic });
  expect(await settled(engine)).toBe(true);
  expect(here.asked).toEqual(['a 96']);
});

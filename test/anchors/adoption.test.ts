import { cpSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { discoverAnchors } from '../../src/anchors/discover.js';
import { hypervisorNames, layoutOf } from '../../src/anchors/layout.js';
import { observeAnchor } from '../../src/anchors/observe.js';
import { prepareAnchor } from '../../src/anchors/prepare.js';
import { writeIntent } from '../../src/anchors/record.js';
import type { Ports } from '../../src/effects/ports.js';
import { anchorScene } from './anchor-scene.js';

/** Rewrites fields of the record on disk, as somebody else might. */
function forge(path: string, change: (record: { identity: Record<string, unknown> } & Record<string, unknown>) => void): void {
  const record = JSON.parse(readFileSync(path, 'utf8')) as { identity: Record<string, unknown> };
  change(record);
  writeFileSync(path, JSON.stringify(record));
}

describe('an anchor', () => {
  it('that was launched is found again by its record', async () => {
    await using scene = await anchorScene();
    const { identity } = await scene.launch();
    expect(await observeAnchor(scene.ports, scene)).toMatchObject({
      presence: 'present',
      identity,
      record: { phase: 'launched', incarnation: 3, generation: 2, domain: 'hello' },
    });
    expect(readFileSync(scene.layout.pid, 'utf8')).toBe(`${identity.pid}\n`);
    expect(statSync(scene.layout.record).mode & 0o777).toBe(0o600);
    expect(statSync(scene.layout.directory).mode & 0o777).toBe(0o700);
  });

  it('is not launched a second time, nor prepared under its feet', async () => {
    await using scene = await anchorScene();
    const { identity } = await scene.launch();
    writeFileSync(`${scene.layout.directory}/qmp`, '');
    await expect(scene.launch()).rejects.toMatchObject({ code: 'ANCHOR_NOT_ABSENT', retryable: true });
    expect(statSync(`${scene.layout.directory}/qmp`).isFile()).toBe(true);
    expect(await scene.ports.processes.presence(identity)).toBe('present');
  });

  it('is absent once its process has ended, and says why', async () => {
    await using scene = await anchorScene();
    expect(await observeAnchor(scene.ports, scene)).toEqual({ presence: 'absent', why: 'no-record' });
    const { exited, identity } = await scene.launch();
    await scene.ports.processes.signal(identity, 'SIGKILL');
    await exited;
    expect(await observeAnchor(scene.ports, scene)).toMatchObject({ presence: 'absent', why: 'process-gone', record: { incarnation: 3 } });
  });

  it.each([
    ['a reused pid', 'pid-reused', 'startTime', '1'],
    ['a former boot', 'other-boot', 'bootId', 'e0d3c1f4-0000-4000-8000-000000000000'],
  ])('is not mistaken for %s', async (_whose, why, field, value) => {
    await using scene = await anchorScene();
    await scene.launch();
    forge(scene.layout.record, ({ identity }) => {
      identity[field] = value;
    });
    expect(await observeAnchor(scene.ports, scene)).toMatchObject({ presence: 'absent', why });
  });

  it('that has called exec since is known by its marker; another executable without it is unknown', async () => {
    await using scene = await anchorScene();
    const { identity } = await scene.launch();
    forge(scene.layout.record, (record) => {
      record.identity['executable'] = '/usr/bin/wrapper';
    });
    expect(await observeAnchor(scene.ports, scene)).toMatchObject({ presence: 'present', identity });
    forge(scene.layout.record, (record) => {
      record['marker'] = 'something else';
    });
    expect(await observeAnchor(scene.ports, scene)).toMatchObject({ presence: 'unknown' });
  });

  it('in a copied directory belongs to the original, and keeps the copy from starting another', async () => {
    await using scene = await anchorScene();
    const { exited, identity } = await scene.launch();
    const copied = layoutOf(`${scene.root}2`, 'process', 'hello');
    const renamed = layoutOf(scene.root, 'process', 'other');
    for (const { directory } of [copied, renamed]) cpSync(scene.layout.directory, directory, { recursive: true });
    expect(await observeAnchor(scene.ports, { layout: copied })).toMatchObject({ presence: 'unknown', reason: expect.stringContaining('copy') as string });
    expect(await observeAnchor(scene.ports, { layout: renamed })).toMatchObject({ presence: 'unknown' });
    await scene.ports.processes.signal(identity, 'SIGKILL');
    await exited;
    expect(await observeAnchor(scene.ports, { layout: copied })).toMatchObject({ presence: 'absent', why: 'process-gone' });
  });
});

describe('an engine that died in the middle', () => {
  it('between intent and spawn leaves nothing', async () => {
    await using scene = await anchorScene();
    await prepareAnchor(scene.ports, scene.recipe, scene);
    await writeIntent(scene.ports, scene.layout, scene.record);
    expect(await observeAnchor(scene.ports, scene)).toMatchObject({ presence: 'absent', why: 'never-started', record: { incarnation: 3 } });
    forge(scene.layout.record, (record) => {
      record['bootId'] = 'another';
    });
    expect(await observeAnchor(scene.ports, scene)).toMatchObject({ presence: 'absent', why: 'other-boot' });
  });

  it('between spawn and record leaves an anchor that its marker tells', async () => {
    await using scene = await anchorScene();
    await prepareAnchor(scene.ports, scene.recipe, scene);
    await writeIntent(scene.ports, scene.layout, scene.record);
    const identity = await scene.spawnOnly();
    expect(await observeAnchor(scene.ports, scene)).toMatchObject({ presence: 'present', identity });
    await expect(prepareAnchor(scene.ports, scene.recipe, scene)).rejects.toMatchObject({ code: 'ANCHOR_NOT_ABSENT' });
    await scene.spawnOnly();
    expect(await observeAnchor(scene.ports, scene)).toMatchObject({ presence: 'unknown' });
  });

  it.each(['{"version":1,"phase":"laun', '[]', '{"version":2}', '\xff\xfe'])('a record of %j is unknown while its process lives, then absent', async (torn) => {
    await using scene = await anchorScene();
    const { exited, identity } = await scene.launch();
    writeFileSync(scene.layout.record, torn, 'latin1');
    expect(await observeAnchor(scene.ports, scene)).toMatchObject({ presence: 'unknown' });
    expect(await observeAnchor(scene.ports, { layout: scene.layout, marker: scene.recipe.marker })).toMatchObject({ presence: 'unknown' });
    await scene.ports.processes.signal(identity, 'SIGKILL');
    await exited;
    expect(await observeAnchor(scene.ports, scene)).toMatchObject({ presence: 'absent', why: 'process-gone' });
    writeFileSync(scene.layout.pid, '');
    expect(await observeAnchor(scene.ports, scene)).toMatchObject({ presence: 'unknown' });
    expect(await observeAnchor(scene.ports, { layout: scene.layout, marker: scene.recipe.marker })).toMatchObject({ presence: 'absent' });
  });

  it('a loss of power leaves an empty record, which is absent', async () => {
    await using scene = await anchorScene();
    await prepareAnchor(scene.ports, scene.recipe, scene);
    for (const content of ['', '\0\0\0\0']) {
      writeFileSync(scene.layout.record, content);
      expect(await observeAnchor(scene.ports, scene)).toEqual({ presence: 'absent', why: 'other-boot' });
    }
  });
});

/** The ports with what is asked of files counted, by method, and the most calls that were under way at one time. */
function counting({ files, ...others }: Ports): { readonly ports: Ports; readonly asked: Readonly<Record<string, number>>; readonly most: () => number } {
  const asked: Record<string, number> = {};
  let underWay = 0;
  let most = 0;
  const counted = new Proxy(files, {
    get(target, name, receiver) {
      const method: unknown = Reflect.get(target, name, receiver);
      if (typeof method !== 'function' || typeof name !== 'string') return method;
      return async (...parameters: readonly unknown[]): Promise<unknown> => {
        asked[name] = (asked[name] ?? 0) + 1;
        most = Math.max(most, (underWay += 1));
        try {
          return await (Reflect.apply(method, target, parameters) as Promise<unknown>);
        } finally {
          underWay -= 1;
        }
      };
    },
  });
  const untouched = new Proxy(others.processes, {
    get(_, name) {
      throw new Error(`processes are asked: ${String(name)}`);
    },
  });
  return { ports: { ...others, files: counted, processes: untouched }, asked, most: () => most };
}

describe('discovery', () => {
  it('lists a hundred directories, sound and unsound ones, and nothing else: one reading each, all at once, and no process is looked at', async () => {
    await using scene = await anchorScene();
    await scene.launch();
    const record = readFileSync(scene.layout.record, 'utf8');
    for (let index = 0; index < 99; index += 1) {
      const layout = layoutOf(scene.root, 'qemu', `guest-${index}`);
      await scene.ports.files.ensureDirectory(layout.directory, 0o700);
      writeFileSync(layout.record, index === 7 ? record.slice(0, 50) : record);
    }
    await scene.ports.files.ensureDirectory(`${scene.root}/engine.lock`, 0o700);
    await scene.ports.files.ensureDirectory(`${scene.root}/qemu/no-record`, 0o700);
    await scene.ports.files.ensureDirectory(`${scene.root}/qemu/Not A Name`, 0o700);
    const { asked, most, ports } = counting(scene.ports);
    const began = performance.now();
    const found = await discoverAnchors(ports, scene.root);
    console.log(`discovery: a hundred directories in ${(performance.now() - began).toFixed(1)} ms`);
    expect(asked).toEqual({ list: hypervisorNames.length, readText: 101 });
    expect(most()).toBeGreaterThanOrEqual(100);
    expect(found).toHaveLength(100);
    expect(found.filter(({ problem }) => problem !== undefined).map(({ name }) => name)).toEqual(['guest-7']);
    expect(found.find(({ hypervisor }) => hypervisor === 'process')).toMatchObject({ name: 'hello', record: { incarnation: 3 } });
    expect(await discoverAnchors(scene.ports, '/no/such/root')).toEqual([]);
  });
});

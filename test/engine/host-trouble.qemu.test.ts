import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hostPorts, WindlassError } from '../../src/index.js';
import { heartbeatImage } from '../support/guest-image.js';
import { domain, startEngine, until, untilRunning } from '../support/scenario.js';
import { anchorsOf, stateDirectory } from '../support/state-directory.js';

test('QEMU is missing: the status says so with the cure, and the domain starts by itself once it is there', async () => {
  const ports = hostPorts();
  let installed = false;
  const findExecutable = (name: string): Promise<string | undefined> => (installed ? ports.files.findExecutable(name) : Promise.resolve(undefined));
  const engine = await startEngine({ ports: { ...ports, files: { ...ports.files, findExecutable } } });
  await engine.apply([domain('early', { restart: { backoff: { initial: '100ms', max: '100ms' } } })]);

  const status = await until(engine, 'early', ({ failures }) => failures >= 2);
  expect(status.lastEnd).toMatchObject({ cause: 'plan-failed', incarnation: 0 });
  expect(status.lastEnd?.message).toContain('qemu-system-x86_64 is not installed');
  const backoff = await until(engine, 'early', 'backoff');
  expect(backoff.conditions).toContainEqual(
    expect.objectContaining({ type: 'Degraded', status: 'True', reason: 'PLAN_NO_HYPERVISOR', message: expect.stringContaining('apt-get install qemu-system-x86') as unknown }),
  );

  installed = true;
  expect(await untilRunning(engine, 'early')).toMatchObject({ incarnation: 1 });
  await engine.stop({ guests: 'halt' });
  await ports.close();
});

test('a disk that is missing is named with its field, and the domain starts once it is there', async () => {
  const engine = await startEngine();
  const image = join(stateDirectory(), 'late.img');
  await engine.apply([domain('late', { disks: [{ image }], restart: { backoff: { initial: '100ms', max: '100ms' } } })]);
  const status = await until(engine, 'late', ({ lastEnd }) => lastEnd !== null);
  expect(status.lastEnd).toMatchObject({ cause: 'prepare-failed', message: `spec.disks[0].image: there is no ${image}` });

  heartbeatImage({ directory: join(image, '..'), name: 'late.img' });
  await untilRunning(engine, 'late');
});

test('a socket path that Linux would cut is refused at plan time, with its place and its cure', async () => {
  const engine = await startEngine();
  // 63 characters are a name; with this state directory and the longest socket name they are 107 bytes and more.
  const name = 'a'.repeat(63);
  const root = join(stateDirectory(), 'as-deep-as-some-people-like-it');
  const deep = await startEngine({ stateDirectory: root });

  const error = await deep.apply([domain('fine'), domain(name)]).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(WindlassError);
  expect(error).toMatchObject({ code: 'PLAN_REFUSED', domain: name, field: 'metadata.name', position: { file: `/scenario/${name}.json` } });
  expect(String(error)).toMatch(new RegExp(`/scenario/${name}\\.json:5:13 metadata\\.name: the socket .* has a path of \\d+ bytes, and Linux takes 107; use a shorter`));
  // Nothing is applied from a set that has an error.
  expect(deep.list()).toEqual([]);
  await expect(engine.apply([domain(name)])).resolves.toMatchObject({ created: [name] });
  await untilRunning(engine, name);
});

/** A QEMU that stops itself before it has begun, but answers the questions of the probe. */
function stoppingQemu(directory: string): string {
  const path = join(directory, 'stopping-qemu');
  writeFileSync(path, '#!/bin/sh\ncase "$*" in *-pidfile*) kill -STOP $$;; esac\nexec qemu-system-x86_64 "$@"\n', { mode: 0o755 });
  return path;
}

test('a QMP that never greets: killed at the connect deadline, then backoff', async () => {
  const binary = stoppingQemu(stateDirectory());
  const engine = await startEngine();
  await engine.apply([domain('mute', { qemu: { binary }, deadlines: { connect: '700ms', terminate: '200ms' } })]);

  const status = await until(engine, 'mute', ({ lastEnd }) => lastEnd !== null);
  expect(status.lastEnd).toMatchObject({ cause: 'connect-deadline', rung: 'kill', exit: { signal: 'SIGKILL' } });
  expect(status.failures).toBe(1);
  await until(engine, 'mute', ({ incarnation }) => incarnation === 2);
});

test('a domain removed while its anchor has not answered yet is gone soon, and leaves no anchor', async () => {
  const binary = stoppingQemu(stateDirectory());
  const engine = await startEngine();
  await engine.apply([domain('short', { qemu: { binary }, deadlines: { terminate: '200ms' } })]);
  await until(engine, 'short', ({ state }) => state === 'anchored.device-model-ready.connecting');

  const removed = Date.now();
  await engine.apply([]);
  await engine.settled();
  expect(Date.now() - removed).toBeLessThan(3_000);
  expect(anchorsOf(engine.stateDirectory)).toEqual([]);
});

test('changing one’s mind again and again during a start leaves nothing behind', async () => {
  const engine = await startEngine();
  const document = domain('fickle', { deadlines: { press: '100ms' } });
  for (let round = 0; round < 25; round += 1) {
    await engine.apply([document]);
    await new Promise((resolve) => setTimeout(resolve, round * 4));
    await engine.apply([]);
    expect(anchorsOf(engine.stateDirectory).length).toBeLessThanOrEqual(1);
  }
  await engine.settled();
  expect(anchorsOf(engine.stateDirectory)).toEqual([]);
  await engine.apply([document]);
  await untilRunning(engine, 'fickle');
});

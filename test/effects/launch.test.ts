import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type HostPorts, hostPorts } from '../../src/effects/host-ports.js';
import { spawnerThreshold } from '../../src/effects/launcher.js';
import type { LaunchRequest, ProcessIdentity } from '../../src/effects/ports/processes.js';
import { readProcStat } from '../../src/effects/proc-stat.js';
import { type TemporaryDirectory, temporaryDirectory } from './temporary-directory.js';

describe.each(['never', 'always'] as const)('launchDetached, spawner %s', (spawner) => {
  let directory: TemporaryDirectory;
  let ports: HostPorts;
  const started: ProcessIdentity[] = [];

  beforeAll(async () => {
    directory = await temporaryDirectory();
    ports = hostPorts({ spawner });
  });
  afterAll(async () => {
    for (const identity of started) await ports.processes.signal(identity, 'SIGKILL');
    await ports.close();
    await directory[Symbol.asyncDispose]();
  });

  async function launch(executable: string, args: readonly string[], more: Partial<LaunchRequest> = {}) {
    const log = join(directory.path, 'log');
    const launched = await ports.processes.launchDetached({ executable, args, env: {}, cwd: directory.path, log, ...more });
    started.push(launched.identity);
    return launched;
  }

  it('gives an identity and then the signal that ended the process', async () => {
    const { identity, exited } = await launch('/bin/sleep', ['60']);
    expect(identity).toEqual(await ports.processes.identify(identity.pid));
    expect(identity.executable).toBe(readlinkSync(`/proc/${identity.pid}/exe`));
    expect(await ports.processes.presence(identity)).toBe('present');
    expect(await ports.processes.signal(identity, 'SIGTERM')).toBe(true);
    expect(await exited).toEqual({ code: null, signal: 'SIGTERM' });
    expect(await ports.processes.presence(identity)).toBe('absent');
    expect(await ports.processes.signal(identity, 'SIGKILL')).toBe(false);
  });

  it('tells the exit code of a process that ends at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { identity, exited } = await launch('/bin/sh', ['-c', 'exit 7']);
      expect(identity.startTime).toMatch(/^\d+$/);
      expect(await exited).toEqual({ code: 7, signal: null });
    }
  });

  it('gives a session, the environment and nothing else', async () => {
    const log = join(directory.path, 'clean');
    const { identity, exited } = await launch('/bin/sh', ['-c', 'env; pwd; echo problem >&2; kill -STOP $$'], { log, env: { ONLY: 'this' } });
    while (!readFileSync(log, 'utf8').includes('problem')) await delay(2);
    const descriptors = readdirSync(`/proc/${identity.pid}/fd`).map((number) => readlinkSync(`/proc/${identity.pid}/fd/${number}`));
    // The runner of this test may itself have been started with descriptors open; they must not arrive.
    expect(descriptors.slice(0, 3)).toEqual(['/dev/null', log, log]);
    expect(new Set(descriptors.slice(3))).toEqual(new Set(spawner === 'never' && descriptors.length > 3 ? [log] : []));
    // Field 6: the session that it leads.
    expect(readFileSync(`/proc/${identity.pid}/stat`, 'latin1').split(' ')[5]).toBe(String(identity.pid));
    const told = readFileSync(log, 'utf8');
    expect(told).toContain('ONLY=this');
    expect(told).not.toContain('HOME=');
    expect(told).toContain(`${directory.path}\n`);
    expect(told).toContain('problem\n');
    expect(statSync(log).mode & 0o777).toBe(0o600);
    await ports.processes.signal(identity, 'SIGKILL');
    expect(await exited).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('appends to the log of an earlier launch', async () => {
    const log = join(directory.path, 'appended');
    for (const word of ['one', 'two']) await (await launch('/bin/echo', [word], { log })).exited;
    expect(readFileSync(log, 'utf8')).toBe('one\ntwo\n');
  });

  it('names what could not be started', async () => {
    await expect(launch('/no/such/vmm', [])).rejects.toMatchObject({ code: 'LAUNCH_NOT_FOUND' });
    await expect(launch('/etc/passwd', [])).rejects.toMatchObject({ code: 'LAUNCH_NOT_PERMITTED' });
    await expect(launch('/bin/true', [], { cwd: '/no/such/directory' })).rejects.toMatchObject({ code: 'LAUNCH_FAILED' });
    await expect(launch('/bin/true', [], { log: '/no/such/log' })).rejects.toMatchObject({ code: 'LAUNCH_FAILED' });
  });

  it.runIf(process.geteuid?.() === 0)('runs as the user it is told', async () => {
    const log = join(directory.path, 'whoami');
    await (await launch('/usr/bin/id', ['-u'], { log, cwd: '/', uid: 65_534, gid: 65_534 })).exited;
    expect(readFileSync(log, 'utf8')).toBe('65534\n');
  });

  it('starts twenty at once, each with its own identity', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, (_, index) => launch('/bin/sh', ['-c', `exit ${index}`])));
    expect(new Set(all.map(({ identity }) => identity.pid)).size).toBe(20);
    expect(await Promise.all(all.map(async ({ exited }) => (await exited).code))).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });
});

describe('the spawner process', () => {
  it('may be killed: its children live on, their ends are found, and the next launch works', async () => {
    await using directory = await temporaryDirectory();
    await using ports = hostPorts({ spawner: 'always' });
    const request = { executable: '/bin/sleep', args: ['60'], env: {}, cwd: '/', log: join(directory.path, 'log') };
    const { identity, exited } = await ports.processes.launchDetached(request);
    const spawner = ports.spawnerPid() ?? 0;
    process.kill(spawner, 'SIGKILL');
    while (ports.spawnerPid() !== undefined) await delay(5);
    expect(await ports.processes.presence(identity)).toBe('present');
    const next = await ports.processes.launchDetached(request);
    expect(ports.spawnerPid()).not.toBe(spawner);
    await ports.processes.signal(identity, 'SIGKILL');
    await ports.processes.signal(next.identity, 'SIGKILL');
    expect(await exited).toEqual({ code: null, signal: null });
    expect(await next.exited).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('is for big engines, and no launch waits for it to start', async () => {
    await using directory = await temporaryDirectory();
    await using ports = hostPorts();
    const size = vi.spyOn(process.memoryUsage, 'rss').mockReturnValue(spawnerThreshold - 1);
    const launch = async (): Promise<void> => {
      const request = { executable: '/bin/true', args: [], env: {}, cwd: '/', log: join(directory.path, 'log') };
      expect(await (await ports.processes.launchDetached(request)).exited).toEqual({ code: 0, signal: null });
    };
    try {
      await launch();
      expect(ports.spawnerPid()).toBeUndefined();
      size.mockReturnValue(spawnerThreshold);
      await launch();
      expect(ports.spawnerPid()).toBeUndefined();
      while (ports.spawnerPid() === undefined) await delay(5);
      await launch();
    } finally {
      size.mockRestore();
    }
  });

  it('says that it does not know, when it dies with an order in its hands', async () => {
    await using directory = await temporaryDirectory();
    await using ports = hostPorts({ spawner: 'always' });
    const request = { executable: '/bin/true', args: [], env: {}, cwd: '/', log: join(directory.path, 'log') };
    await (await ports.processes.launchDetached(request)).exited;
    const spawner = ports.spawnerPid() ?? 0;
    process.kill(spawner, 'SIGSTOP');
    const launching = ports.processes.launchDetached(request);
    process.kill(spawner, 'SIGKILL');
    await expect(launching).rejects.toMatchObject({ code: 'LAUNCH_UNCERTAIN', retryable: true });
  });

  it('ends with its ports while the children stay', async () => {
    await using directory = await temporaryDirectory();
    const ports = hostPorts({ spawner: 'always' });
    const { identity } = await ports.processes.launchDetached({
      executable: '/bin/sleep',
      args: ['60'],
      env: {},
      cwd: '/',
      log: join(directory.path, 'log'),
    });
    const spawner = ports.spawnerPid() ?? 0;
    await ports.close();
    expect(() => readProcStat(spawner)).toThrow();
    expect(await ports.processes.presence(identity)).toBe('present');
    await expect(ports.processes.launchDetached({ executable: '/bin/true', args: [], env: {}, cwd: '/', log: '/dev/null' })).rejects.toMatchObject({
      code: 'PORTS_CLOSED',
    });
    await ports.processes.signal(identity, 'SIGKILL');
  });
});

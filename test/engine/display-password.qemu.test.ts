/** The password of a display: demanded from the first moment, and written nowhere. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hostPorts } from '../../src/effects/host-ports.js';
import { domain, eventsOf, pidOf, startEngine, until, untilRunning } from '../support/scenario.js';
import { stateDirectory } from '../support/state-directory.js';
import { knock } from '../support/vnc-viewer.js';

const secret = 'hun#ter2';

/** Number of a display whose port is free, of those that documents can name. */
async function freeDisplay(): Promise<number> {
  for (let number = 40; number < 100; number += 1) {
    const free = await new Promise<boolean>((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen(5900 + number, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (free) return number;
  }
  throw new Error('every display is taken');
}

function secretFile(content = `${secret}\n`): string {
  const directory = join(stateDirectory(), '..', 'secrets');
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'vnc');
  writeFileSync(file, content, { mode: 0o600 });
  return file;
}

test('who knows it is let in, who does not is not; it is in no file, argument or event; and the next engine needs it no more', async () => {
  const number = await freeDisplay();
  const file = secretFile();
  const guarded = domain('desk', { display: { vnc: { display: number, password: { file } } } });
  const first = await startEngine();
  await first.apply([guarded]);
  const status = await untilRunning(first, 'desk');

  expect(await knock(5900 + number, secret)).toEqual({ demands: [2], letIn: true });
  expect(await knock(5900 + number, 'hun#ter3')).toEqual({ demands: [2], letIn: false });

  const told = JSON.stringify([eventsOf(first), first.get('desk'), first.list()]);
  expect(told).not.toContain(secret);
  expect(readFileSync(`/proc/${pidOf(status)}/cmdline`, 'utf8')).not.toContain(secret);
  await first.stop({ guests: 'leave' });
  expect(() => execFileSync('grep', ['-rlF', secret, first.stateDirectory], { encoding: 'utf8' })).toThrow();

  rmSync(file);
  const second = await startEngine({ stateDirectory: first.stateDirectory });
  await second.apply([guarded]);
  expect(pidOf(await untilRunning(second, 'desk'))).toBe(pidOf(status));
  expect(await knock(5900 + number, secret)).toEqual({ demands: [2], letIn: true });
});

test('before its guest may run, nobody is let in: nobody knows a password that is not set', async () => {
  const number = await freeDisplay();
  const engine = await startEngine();
  await engine.apply([domain('desk', { power: 'paused', display: { vnc: { display: number, password: { file: secretFile() } } } })]);
  await until(engine, 'desk', (status) => status.state === 'anchored.device-model-ready.ready');
  expect(await knock(5900 + number, secret)).toEqual({ demands: [2], letIn: false });
  expect(await knock(5900 + number, '')).toEqual({ demands: [2], letIn: false });
});

test.each([
  ['is missing', undefined, 'SECRET_ABSENT', /spec\.display\.vnc\.password: there is no file/],
  ['is longer than VNC compares', 'hunter2 hunter2', 'SECRET_REFUSED', /VNC compares 8 bytes of a password/],
])('a password that %s is told before anything is started', async (_, content, reason, message) => {
  const file = secretFile(content);
  if (content === undefined) rmSync(file);
  const engine = await startEngine();
  await engine.apply([domain('desk', { display: { vnc: { password: { file } } } })]);
  const status = await until(engine, 'desk', ({ problem }) => problem?.reason === reason);
  expect(status.problem?.message).toMatch(message);
  expect(status.problem?.message).not.toContain('hunter');
  expect(status.anchor).toBeNull();
  writeFileSync(file, secret);
  await untilRunning(engine, 'desk');
});

test('a guest whose password could not be set is not let run, and the end names the field', async () => {
  const real = hostPorts();
  const ports: typeof real = {
    ...real,
    sockets: {
      ...real.sockets,
      connect: async (path, signal) => {
        const connection = await real.sockets.connect(path, signal);
        return { ...connection, send: (bytes) => (String(bytes).includes('"set_password"') ? connection.close() : connection.send(bytes)) };
      },
    },
  };
  const engine = await startEngine({ ports });
  await engine.apply([domain('desk', { display: { vnc: { display: await freeDisplay(), password: { file: secretFile() } } }, restart: { policy: 'Never' } })]);
  const { lastEnd } = await until(engine, 'desk', (status) => status.lastEnd !== null);
  expect(lastEnd).toMatchObject({ cause: 'boot-failed', message: expect.stringMatching(/^spec\.display\.vnc\.password: /) as string });
});

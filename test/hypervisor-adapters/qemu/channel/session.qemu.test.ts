import { describe, expect, test } from 'vitest';
import { openQmp } from '../../../../src/hypervisor-adapters/qemu/channel/client.js';
import { createRounds } from '../../../../src/anchors/rounds.js';
import { openQemuSession } from '../../../../src/hypervisor-adapters/qemu/channel/session.js';
import { heartbeatImage, type HeartbeatOptions } from '../../../support/guest-image.js';
import { startQemu, type RealQemu } from './real-qemu.js';
import { next, openSession, reaches, sessionScenarios } from './session-scenarios.js';
import { clock, connectUnix, dial } from './unix-connection.js';

async function beats(qemu: RealQemu, count: number): Promise<void> {
  const until = Date.now() + 10_000;
  while (!qemu.console().includes(`HEARTBEAT ${count}`)) {
    if (Date.now() > until) throw new Error(`the guest said only: ${qemu.console()}`);
    await clock.sleep(10);
  }
}

const guest = (options: HeartbeatOptions = {}): string => heartbeatImage({ ticks: 1, ...options });

describe('a session on QEMU', () => {
  sessionScenarios(() => {
    const qemu = startQemu({ disk: guest() });
    return Promise.resolve({ socket: qemu.socket, guestIsUp: () => beats(qemu, 1) });
  });
});

describe('what only a real QEMU shows', () => {
  test('the power button is ignored by a guest that ignores it', async () => {
    const qemu = startQemu({ disk: guest({ ignoreButton: true }) });
    const { session, seen } = await openSession(qemu.socket);
    await session.release(AbortSignal.timeout(10_000));
    await beats(qemu, 1);
    await session.press();
    await beats(qemu, 4);
    expect(seen.map(({ type }) => type)).not.toContain('guest.shutdown');
    expect(seen.at(-1)).toEqual({ type: 'guest.button' });
  });

  test('a panic with the policy to pause', async () => {
    const qemu = startQemu({ disk: guest({ action: 'panic', count: 2 }), extra: ['-device', 'pvpanic', '-action', 'panic=pause'] });
    const { session, seen } = await openSession(qemu.socket);
    await session.release(AbortSignal.timeout(10_000));
    await reaches(session, 'guest-panicked');
    expect(seen).toContainEqual({ type: 'guest.panicked', info: 'pause' });
  });

  test('a watchdog with the policy to pause', async () => {
    const qemu = startQemu({ disk: guest({ action: 'watchdog', count: 1 }), extra: ['-device', 'ib700', '-action', 'watchdog=pause'] });
    const { session, seen } = await openSession(qemu.socket);
    await session.release(AbortSignal.timeout(10_000));
    await reaches(session, 'watchdog');
    expect(seen).toContainEqual({ type: 'guest.watchdog', action: 'pause' });
  });

  test('a triple fault is a reset by the guest', async () => {
    const qemu = startQemu({ disk: guest({ action: 'triple-fault', count: 1 }) });
    const { session } = await openSession(qemu.socket);
    await session.release(AbortSignal.timeout(10_000));
    expect(await next(session, 'guest.reset')).toMatchObject({ by: 'guest' });
    expect(await session.runState()).toBe('running');
  });

  test('a disk that cannot be written stops the guest, and it goes on afterwards', async () => {
    const file = { driver: 'file', filename: guest({ keepNumber: true }) };
    const failing = { driver: 'blkdebug', 'node-name': 'd', image: file, 'inject-error': [{ event: 'none', iotype: 'write', errno: 28, once: true }] };
    const qemu = startQemu({ extra: ['-blockdev', JSON.stringify(failing), '-device', 'virtio-blk-pci,drive=d,id=disk0,werror=stop'] });
    const { session, seen } = await openSession(qemu.socket);
    await session.release(AbortSignal.timeout(10_000));
    await reaches(session, 'io-error');
    expect(seen).toContainEqual({ type: 'guest.io-error', device: 'd', reason: 'write: No space left on device (stop)' });
    await session.release(AbortSignal.timeout(10_000));
    await beats(qemu, 2);
    expect(await session.runState()).toBe('running');
  });

  test('a stopped QEMU accepts a connection and does not greet', async () => {
    const qemu = startQemu();
    const deadlines = { greeting: 2000, command: 2000 };
    (await openQmp(await dial(qemu.socket), { clock, deadlines })).close();
    qemu.child.kill('SIGSTOP');
    await clock.sleep(20);
    const started = Date.now();
    const opened = openQmp(await connectUnix(qemu.socket), { clock, deadlines: { greeting: 150, command: 150 } });
    await expect(opened).rejects.toMatchObject({ code: 'QMP_NO_GREETING', retryable: true });
    expect(Date.now() - started).toBeLessThan(400);
  });

  test('a QEMU that stops is silent when it is asked, and answers when it goes on', async () => {
    const qemu = startQemu();
    const { session, seen } = await openSession(qemu.socket, 150);
    qemu.child.kill('SIGSTOP');
    await expect(session.runState()).rejects.toMatchObject({ code: 'QMP_TIMEOUT' });
    expect(seen.at(-1)).toMatchObject({ type: 'channel.silent' });
    qemu.child.kill('SIGCONT');
    await next(session, 'channel.answering');
    expect(await session.runState()).toBe('prelaunch');
    expect(session.client.counters.unmatched).toBe(1);
  });

  test('a QEMU that stops while nobody asks anything is found by the rounds', async () => {
    const qemu = startQemu();
    const session = await openQemuSession(await dial(qemu.socket), { clock, silence: 100, rounds: createRounds(clock, 100) });
    qemu.child.kill('SIGSTOP');
    expect(await next(session, 'channel.silent')).toMatchObject({ type: 'channel.silent' });
    qemu.child.kill('SIGCONT');
    await next(session, 'channel.answering');
    session.close();
  });

  test('SIGKILL is the end of the channel within milliseconds', async () => {
    const qemu = startQemu();
    const { session } = await openSession(qemu.socket);
    const lost = next(session, 'channel.lost');
    const killed = performance.now();
    qemu.child.kill('SIGKILL');
    expect(await lost).toMatchObject({ type: 'channel.lost' });
    expect(performance.now() - killed).toBeLessThan(250);
  });

  test('a hot-unplug is acknowledged by the guest', async () => {
    const extra = ['-device', 'virtio-rng-pci,id=rng'];
    const qemu = startQemu({ machine: 'pc', disk: guest(), extra });
    const { session } = await openSession(qemu.socket);
    await session.release(AbortSignal.timeout(10_000));
    await beats(qemu, 1);
    const deleted = new Promise<unknown>((resolve) =>
      session.client.events.subscribe((event) => {
        if (event.event === 'DEVICE_DELETED' && event.data.device !== undefined) resolve(event.data.device);
      }),
    );
    await session.client.execute('device_del', { id: 'rng' });
    expect(await deleted).toBe('rng');
  });
});

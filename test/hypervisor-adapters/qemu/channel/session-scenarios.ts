import { firstValueFrom, timeout, filter } from 'rxjs';
import { expect, onTestFinished, test } from 'vitest';
import { openQmp } from '../../../../src/hypervisor-adapters/qemu/channel/client.js';
import { refusalOf } from '../../../../src/hypervisor-adapters/qemu/channel/errors.js';
import { openQemuSession, type QemuSession } from '../../../../src/hypervisor-adapters/qemu/channel/session.js';
import type { Observation } from '../../../../src/machines/observations.js';
import { clock, dial } from './unix-connection.js';

/** A paused VMM with a guest that answers its power button. */
export interface Monitor {
  readonly socket: string;
  /** Resolves when the guest would notice its button. */
  guestIsUp(): Promise<void>;
}

export async function openSession(socket: string, silence = 2000): Promise<{ session: QemuSession; seen: Observation[] }> {
  const session = await openQemuSession(await dial(socket), { clock, silence });
  onTestFinished(() => session.close());
  const seen: Observation[] = [];
  session.observations.subscribe((observation) => seen.push(observation));
  return { session, seen };
}

/** Resolves with the first such observation from now on. */
export function next(session: QemuSession, type: Observation['type'], within = 5000): Promise<Observation> {
  return firstValueFrom(session.observations.pipe(filter((observation) => observation.type === type), timeout(within)));
}

/** Resolves when the session has told this state. */
export function reaches(session: QemuSession, state: string): Promise<Observation> {
  const wanted = (observation: Observation): boolean => observation.type === 'guest.state' && observation.state === state;
  return firstValueFrom(session.observations.pipe(filter(wanted), timeout(5000)));
}

/** What must hold on the fake and on QEMU alike. */
export function sessionScenarios(start: () => Promise<Monitor>): void {
  test('a session begins with the present state', async () => {
    const { seen } = await openSession((await start()).socket);
    expect(seen).toEqual([{ type: 'guest.state', state: 'prelaunch' }]);
  });

  test('release lets the guest run, and the state is told before it resolves', async () => {
    const { session, seen } = await openSession((await start()).socket);
    await session.release(AbortSignal.timeout(10_000));
    expect(seen.at(-1)).toEqual({ type: 'guest.state', state: 'running' });
    expect(await session.runState()).toBe('running');
  });

  test('pause and release again: each state once', async () => {
    const { session, seen } = await openSession((await start()).socket);
    await session.release(AbortSignal.timeout(10_000));
    await session.pause();
    await reaches(session, 'paused');
    await session.pause();
    await session.release(AbortSignal.timeout(10_000));
    await session.release(AbortSignal.timeout(10_000));
    expect(seen.map((each) => each.type === 'guest.state' && each.state)).toEqual(['prelaunch', 'running', 'paused', 'running']);
  });

  test('a late subscriber hears the present state first', async () => {
    const { session } = await openSession((await start()).socket);
    await session.release(AbortSignal.timeout(10_000));
    expect(await next(session, 'guest.state')).toEqual({ type: 'guest.state', state: 'running' });
  });

  test('the power button: pressed, noticed, off; and the guest does not go on from there', async () => {
    const monitor = await start();
    const { session, seen } = await openSession(monitor.socket);
    await session.release(AbortSignal.timeout(10_000));
    await monitor.guestIsUp();
    seen.length = 0;
    await session.press();
    await reaches(session, 'shutdown');
    expect(seen).toEqual([
      { type: 'guest.button' },
      { type: 'guest.shutdown', by: 'guest', reason: 'guest-shutdown' },
      { type: 'guest.state', state: 'shutdown' },
    ]);
    await expect(session.release(AbortSignal.timeout(10_000))).rejects.toMatchObject({ code: 'QMP_WRONG_STATE', retryable: false });
  });

  test('a reset of a paused guest: it is as before its first instruction', async () => {
    const { session, seen } = await openSession((await start()).socket);
    await session.release(AbortSignal.timeout(10_000));
    await session.pause();
    await reaches(session, 'paused');
    seen.length = 0;
    await session.client.execute('system_reset');
    await reaches(session, 'prelaunch');
    expect(seen[0]).toEqual({ type: 'guest.reset', by: 'host', reason: 'host-qmp-system-reset' });
  });

  test('quit ends the channel and completes the observations', async () => {
    const { session, seen } = await openSession((await start()).socket);
    const completed = new Promise<void>((resolve) => session.observations.subscribe({ complete: resolve }));
    await session.quit();
    await completed;
    expect(seen.slice(1)).toEqual([
      { type: 'guest.shutdown', by: 'host', reason: 'host-qmp-quit' },
      { type: 'channel.lost', reason: 'end of file' },
    ]);
    expect(await session.client.closed).toEqual({ by: 'peer', reason: 'end of file' });
    await expect(session.runState()).rejects.toMatchObject({ code: 'QMP_CLOSED' });
  });

  test('a refused command carries the words of QEMU', async () => {
    const { session } = await openSession((await start()).socket);
    const refused: unknown = await session.client.execute('qmp_capabilities').catch((error: unknown) => error);
    expect(refusalOf(refused)).toMatchObject({ command: 'qmp_capabilities', class: 'CommandNotFound' });
    expect(refused).toMatchObject({ code: 'QMP_COMMAND_FAILED', retryable: false });
  });

  test('many commands under way at once: each gets its own answer', async () => {
    const { session } = await openSession((await start()).socket);
    const answers = await Promise.all(Array.from({ length: 20 }, () => session.client.execute('query-status')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['prelaunch']));
    expect(session.client.counters).toEqual({ malformed: 0, unmatched: 0, droppedEvents: 0 });
  });

  test('a second client of a monitor hears nothing, and the first is not disturbed', async () => {
    const { socket } = await start();
    const { session } = await openSession(socket);
    const second = openQmp(await dial(socket), { clock, deadlines: { greeting: 100, command: 100 } });
    await expect(second).rejects.toMatchObject({ code: 'QMP_NO_GREETING', retryable: true });
    expect(await session.runState()).toBe('prelaunch');
  });

  test('closing is ours: the observations complete, and nothing is told to be lost', async () => {
    const { session, seen } = await openSession((await start()).socket);
    const completed = new Promise<void>((resolve) => session.observations.subscribe({ complete: resolve }));
    session.close();
    await completed;
    expect(seen).toHaveLength(1);
    expect(await session.client.closed).toEqual({ by: 'us', reason: 'closed by us' });
    await expect(session.release(AbortSignal.timeout(10_000))).rejects.toMatchObject({ code: 'QMP_CLOSED' });
  });

  test('the transcript tells both sides', async () => {
    const { session } = await openSession((await start()).socket);
    const lines = session.transcript().map((line) => line.replace(/^\S+ /, ''));
    expect(lines[0]).toBe('> {"execute":"qmp_capabilities","id":0}');
    expect(lines[1]).toBe('> {"execute":"query-status","id":1}');
    expect(lines[2]).toMatch(/^< \{"QMP": ?\{/);
  });
}

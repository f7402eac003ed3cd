/** The rung before the power button, and probes that ask the agent: a real QEMU, whose guest has none. Where one answers, a process plays it on the host's side. */
import { rm, symlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import type { DomainStatus, Engine } from '../../src/index.js';
import { startAgentPeers, type AgentScript } from '../fakes/agent-peer.js';
import { heartbeatImage } from '../support/guest-image.js';
import { untilSaid } from '../support/guest-console.js';
import { operate } from '../support/operator.js';
import { domain, eventsOf, startEngine, until, untilForgotten, untilRunning } from '../support/scenario.js';
import { waitUntil } from '../support/state-directory.js';

const peers = startAgentPeers();
afterAll(() => peers.stop());

const deadlines = { ask: '2500ms', press: '5s', quit: '2s', terminate: '1s', kill: '5s', silence: '2s' };

const isDegraded =
  (reason: string) =>
  ({ conditions }: DomainStatus): boolean =>
    conditions.some((condition) => condition.type === 'Degraded' && condition.status === 'True' && condition.reason === reason);

/** Puts a process where QEMU's socket is: whoever dials the agent's port from now on talks to it. */
async function agentOf(engine: Engine, name: string, script: AgentScript): Promise<string> {
  const path = await peers.listen(script);
  const port = `${engine.stateDirectory}/qemu/${name}/agent`;
  await rm(port);
  await symlink(path, port);
  return path;
}

function endOf(engine: Engine, name: string): unknown {
  return eventsOf(engine, name).flatMap((event) => (event.type === 'windlass.domain.ended' ? [event.data.end] : []))[0];
}

test('a guest without an agent is asked in vain, which is told, and then its button is pressed', async () => {
  const engine = await startEngine();
  await engine.apply([domain('alone', { guestAgent: true, deadlines })]);
  await untilSaid(engine.stateDirectory, 'alone', /HEARTBEAT/);

  await engine.apply([]);
  await until(engine, 'alone', ({ rung, state }) => state === 'anchored.halting.asking' && rung === 'ask');
  await until(engine, 'alone', isDegraded('AGENT_SILENT'));
  await untilForgotten(engine, 'alone');
  expect(endOf(engine, 'alone')).toMatchObject({ cause: 'removed', rung: 'press', exit: { code: 0 } });
});

test('an agent that will not is not asked twice: the button is pressed at once', async () => {
  const engine = await startEngine();
  await engine.apply([domain('stubborn', { guestAgent: true, deadlines: { ...deadlines, ask: '1h' } })]);
  await untilSaid(engine.stateDirectory, 'stubborn', /HEARTBEAT/);
  await agentOf(engine, 'stubborn', { shutdown: ['{"error": {"class": "CommandNotFound", "desc": "disabled"}}\n'] });

  await engine.apply([]);
  await untilForgotten(engine, 'stubborn');
  expect(endOf(engine, 'stubborn')).toMatchObject({ cause: 'removed', rung: 'press' });
});

test('an agent is asked again until the guest is off, and the rung is recorded', async () => {
  const engine = await startEngine();
  const image = heartbeatImage();
  const document = (power: 'running' | 'halted') => domain('obedient', { disks: [{ image }], power, guestAgent: true, deadlines: { ...deadlines, ask: '1h' } });
  await engine.apply([document('running')]);
  await untilSaid(engine.stateDirectory, 'obedient', /HEARTBEAT/);
  const agent = await agentOf(engine, 'obedient', {});

  await engine.apply([document('halted')]);
  let asked = '';
  await waitUntil(async () => ((asked = await peers.heardAt(agent)).match(/guest-shutdown/g) ?? []).length >= 2, 15_000, () => `the agent heard ${asked}`);
  // What the agent of a guest would do.
  await operate(engine.stateDirectory, 'obedient', 'system_powerdown');
  const { lastEnd } = await until(engine, 'obedient', 'halted');
  expect(lastEnd).toMatchObject({ cause: 'desired-halt', rung: 'ask', evidence: null, later: [] });
});

test('a readiness probe holds when the agent answers', async () => {
  const engine = await startEngine();
  await engine.apply([domain('late', { guestAgent: true, probes: { ready: { guestAgent: true } }, deadlines })]);
  await untilSaid(engine.stateDirectory, 'late', /HEARTBEAT 2/);
  expect(engine.get('late')?.state).toBe('anchored.booting.probing');

  await agentOf(engine, 'late', {});
  await untilRunning(engine, 'late');
});

test('a guest whose agent does not come up is not ready in time', async () => {
  const engine = await startEngine();
  await engine.apply([domain('never', { guestAgent: true, probes: { ready: { guestAgent: true } }, deadlines: { ...deadlines, ready: '700ms' }, restart: 'Never' })]);
  const { lastEnd } = await until(engine, 'never', 'failed');
  expect(lastEnd).toMatchObject({ cause: 'ready-deadline', rung: 'quit' });
});

test('probes that came after the launch ask nothing of a guest that has no port for an agent until its next start', async () => {
  const engine = await startEngine();
  const image = heartbeatImage();
  const document = (spec: Parameters<typeof domain>[1]) => domain('later', { disks: [{ image }], onChange: 'defer', deadlines: { ...deadlines, ready: '2s' }, ...spec });
  const often = { interval: '100ms', timeout: '300ms', failures: 2 } as const;
  await engine.apply([document({ power: 'paused', probes: { live: { check: { tcp: { port: 1 } }, ...often } } })]);
  const { anchor } = await until(engine, 'later', ({ state }) => state === 'anchored.device-model-ready.ready');

  await engine.apply([document({ guestAgent: true, probes: { ready: { guestAgent: true }, live: { check: { tcp: { port: 1 } }, ...often } } })]);
  await until(engine, 'later', isDegraded('GUEST_UNRESPONSIVE'));

  for (const onFailure of ['report', 'restart'] as const) {
    await engine.apply([document({ guestAgent: true, probes: { live: { check: { guestAgent: true }, ...often, onFailure } } })]);
    await untilRunning(engine, 'later');
  }
  await sleep(1_000);
  expect(engine.get('later')).toMatchObject({ phase: 'running', anchor, incarnation: 1, lastEnd: null });
});

test('a liveness check of the agent degrades the domain, and it recovers when the agent answers again', async () => {
  const engine = await startEngine();
  const live = { check: { guestAgent: true }, interval: '100ms', timeout: '300ms', failures: 2 } as const;
  await engine.apply([domain('faint', { guestAgent: true, probes: { live }, deadlines })]);
  const hung = await until(engine, 'faint', isDegraded('GUEST_UNRESPONSIVE'));
  expect(hung.conditions).toContainEqual(expect.objectContaining({ type: 'Degraded', message: expect.stringContaining('no answer of the guest agent within 300 ms') as unknown }));

  await agentOf(engine, 'faint', {});
  await untilRunning(engine, 'faint');
});

test('an agent that will not put its guest to sleep is asked again after a while, and the guest runs on', async () => {
  const engine = await startEngine();
  const image = heartbeatImage();
  const document = (power: 'running' | 'suspended') => domain('awake', { disks: [{ image }], power, guestAgent: true, qemu: { machine: 'pc' }, deadlines });
  await engine.apply([document('running')]);
  await untilRunning(engine, 'awake');
  const agent = await agentOf(engine, 'awake', { suspend: ['{"error": {"class": "GenericError", "desc": "the requested suspend mode is not supported by the guest"}}\n'] });

  await engine.apply([document('suspended')]);
  const refused = await until(engine, 'awake', isDegraded('AGENT_REFUSED'));
  expect(refused).toMatchObject({ state: 'anchored.running.unwilling', runState: 'running', incarnation: 1 });
  await sleep(1_500);
  expect((await peers.heardAt(agent)).match(/guest-suspend-ram/g)).toHaveLength(1);
  await engine.apply([document('running')]);
  expect((await untilRunning(engine, 'awake')).problem).toBeNull();
});

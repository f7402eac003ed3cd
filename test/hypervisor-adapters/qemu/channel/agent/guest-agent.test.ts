/** The client of a guest's agent, on real sockets, with a process at the other end. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { createGuestAgent, type GuestAgent } from '../../../../../src/hypervisor-adapters/qemu/channel/agent/guest-agent.js';
import { startAgentPeers, type AgentScript } from '../../../../fakes/agent-peer.js';
import { clock, connectUnix } from '../unix-connection.js';

const peers = startAgentPeers();
afterAll(() => peers.stop());

/** As quick as a test wants it: a second of the clock is a twentieth of one. */
const hasty = { ...clock, sleep: (milliseconds: number, signal?: AbortSignal) => clock.sleep(milliseconds / 20, signal) };

async function agentOf(script: AgentScript = {}, time = hasty): Promise<{ readonly agent: GuestAgent; readonly heard: () => Promise<string> }> {
  const path = await peers.listen(script);
  return { agent: createGuestAgent({ clock: time, dial: () => connectUnix(path) }), heard: () => peers.heardAt(path) };
}

const patient = (): AbortSignal => AbortSignal.timeout(10_000);

describe('asking for the shutdown', () => {
  it('gets in step first, then says how, and takes silence for consent', async () => {
    const { agent, heard } = await agentOf();
    await agent.shutDown(patient());
    expect(await heard()).toMatch(/^\xff\{"execute":"guest-sync-delimited","arguments":\{"id":\d+\}\}\n\{"execute":"guest-shutdown","arguments":\{"mode":"powerdown"\}\}\n$/);
  });

  it('is told when the agent will not', async () => {
    const { agent } = await agentOf({ shutdown: ['{"error": {"class": "CommandNotFound", "desc": "Command guest-shutdown ', 'has been disabled"}}\n'] });
    await expect(agent.shutDown(patient())).rejects.toMatchObject({
      code: 'AGENT_REFUSED',
      retryable: false,
      message: 'the guest agent will not shut the guest down: Command guest-shutdown has been disabled',
    });
  });

  it('takes any answer for consent, and none of the nonsense for one', async () => {
    const { agent } = await agentOf({ shutdown: ['nonsense\n', '{"return": {}}\n'] });
    await agent.shutDown(patient());
  });

  it('believes no answer that came before it was in step', async () => {
    const stale = '{"return": 17}\n{"error": {"class": "GenericError", "desc": "of an earlier client"}}\n{"return": ';
    const { agent, heard } = await agentOf({ atOnce: stale, sync: ['\xff{"return": 1}\n', '\xff{"return"', ': $id}\n'] });
    await agent.shutDown(patient());
    expect(await heard()).toContain('guest-shutdown');
  });

  it.each([
    ['says nothing', {}],
    ['repeats another number', { sync: ['\xff{"return": 1}\n', '\xff{"return": "$id"}\n'] }],
  ])('asks nothing of one that %s: asking again may help', async (_, script) => {
    const { agent, heard } = await agentOf({ sync: [], ...script });
    await expect(agent.shutDown(patient())).rejects.toMatchObject({ code: 'AGENT_SILENT', retryable: true });
    expect(await heard()).not.toContain('guest-shutdown');
  });

  it('gives up a guest that floods its port: asking again would not help', async () => {
    const { agent } = await agentOf({ sync: [], flood: 3 * 1024 * 1024 }, clock);
    await expect(agent.shutDown(patient())).rejects.toMatchObject({ code: 'AGENT_PROTOCOL', retryable: false });
  });

  it('says that the connection ended', async () => {
    const { agent } = await agentOf({ hangUp: true });
    await expect(agent.shutDown(patient())).rejects.toMatchObject({ code: 'AGENT_LOST', retryable: true });
  });

  it('ends with its signal, whatever it waits for, and lets go of the port', async () => {
    const { agent, heard } = await agentOf({ sync: [] });
    const reason = new Error('climbed on');
    const controller = new AbortController();
    const asking = agent.shutDown(controller.signal);
    await sleep(20);
    controller.abort(reason);
    await expect(asking).rejects.toBe(reason);
    await expect(agent.shutDown(controller.signal)).rejects.toBe(reason);
    expect(await heard()).not.toContain('guest-shutdown');
  });
});

describe('asking for sleep', () => {
  it('says so once, and waits for an objection for as long as it is wanted', async () => {
    const { agent, heard } = await agentOf();
    const reason = new Error('it sleeps');
    const controller = new AbortController();
    const asking = agent.suspend(controller.signal);
    await expect.poll(heard).toMatch(/\{"execute":"guest-suspend-ram","arguments":\{\}\}\n$/);
    await sleep(200);
    controller.abort(reason);
    await expect(asking).rejects.toBe(reason);
    expect((await heard()).match(/guest-suspend-ram/g)).toHaveLength(1);
  });

  it('is told when the agent will not', async () => {
    const { agent } = await agentOf({ suspend: ['{"error": {"class": "GenericError", "desc": "the requested suspend mode is not supported by the guest"}}\n'] });
    await expect(agent.suspend(patient())).rejects.toMatchObject({
      code: 'AGENT_REFUSED',
      retryable: false,
      message: 'the guest agent will not put the guest to sleep: the requested suspend mode is not supported by the guest',
    });
  });

  it('takes an answer, and the end of the conversation, for consent: the guest has heard', async () => {
    const { agent } = await agentOf({ suspend: ['nonsense\n', '{"return": {}}\n'] });
    await agent.suspend(patient());
  });

  it('asks nothing of one that is not there', async () => {
    const { agent, heard } = await agentOf({ sync: [] });
    await expect(agent.suspend(patient())).rejects.toMatchObject({ code: 'AGENT_SILENT', retryable: true });
    expect(await heard()).not.toContain('guest-suspend-ram');
  });
});

describe('a probe', () => {
  it('holds as soon as the agent answers, also where it comes up while it is asked', async () => {
    const { agent } = await agentOf();
    expect(await agent.answers(patient())).toBe(true);
    peers.signal('SIGSTOP');
    const asked = agent.answers(patient());
    await sleep(150);
    peers.signal('SIGCONT');
    expect(await asked).toBe(true);
  });

  it('asks again where a question was lost, with another number', async () => {
    const { agent, heard } = await agentOf({ sync: [] });
    expect(await agent.answers(AbortSignal.timeout(500))).toBe(false);
    const ids = Array.from((await heard()).matchAll(/"id":(\d+)/g), ([, id]) => id);
    expect(ids.length).toBeGreaterThan(1);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('does not hold where nobody can be asked', async () => {
    const { agent } = await agentOf({ hangUp: true });
    expect(await agent.answers(patient())).toBe(false);
    const nowhere = createGuestAgent({ clock, dial: () => connectUnix('/nonexistent/agent') });
    expect(await nowhere.answers(patient())).toBe(false);
  });
});

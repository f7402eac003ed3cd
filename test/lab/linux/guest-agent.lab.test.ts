/** A real Linux with Debian's own guest agent, started, asked and halted by the engine over documents, on this host's QEMU. */
import { expect, test } from 'vitest';
import { createEngine } from '../../../src/index.js';
import { consoleOf } from '../../support/guest-console.js';
import { startEngine, until, untilRunning } from '../../support/scenario.js';
import { stateDirectory } from '../../support/state-directory.js';
import { isDegraded, linux, patience, reasonsOf, removed, said, type, whenItAnswers } from './linux-words.js';

test('the agent shuts the guest down when its document goes, and the button is not pressed', async () => {
  const engine = await startEngine();
  const began = performance.now();
  await engine.apply([linux('g.agent=yes', whenItAnswers)]);
  await untilRunning(engine, 'linux', patience);
  const ready = performance.now() - began;
  expect(consoleOf(engine.stateDirectory, 'linux')).toContain('GUEST-AGENT');

  const { end, text, took } = await removed(engine);
  console.log(`from the document to an agent that answers: ${Math.round(ready)} ms; from its removal to the end: ${Math.round(took)} ms`);
  expect(end).toMatchObject({ cause: 'removed', rung: 'ask', exit: { code: 0 }, evidence: null, later: [] });
  expect(text).toContain('GUEST-ASKED -h -P +0');
  expect(text).not.toContain('GUEST-PRESSED');
});

test('a guest that takes its time to shut down is not called degraded for it, nor is its button pressed', async () => {
  const engine = await startEngine();
  await engine.apply([linux('g.agent=yes g.off=10', whenItAnswers)]);
  await untilRunning(engine, 'linux', patience);

  const { end, text, took } = await removed(engine);
  expect(end).toMatchObject({ rung: 'ask' });
  expect(took).toBeGreaterThan(10_000);
  expect(text).not.toContain('GUEST-PRESSED');
  expect(reasonsOf(engine)).not.toContain('AGENT_SILENT');
});

test('a guest without an agent is pressed after the ask deadline', async () => {
  const engine = await startEngine();
  await engine.apply([linux('g.agent=no', { deadlines: { ask: '4s' } })]);
  await said(engine, /GUEST-UP/);

  const { end, text, took } = await removed(engine);
  expect(end).toMatchObject({ cause: 'removed', rung: 'press', exit: { code: 0 } });
  expect(took).toBeGreaterThan(4_000);
  expect(text).toContain('GUEST-PRESSED');
  expect(reasonsOf(engine)).toContain('AGENT_SILENT');
});

test('a guest whose agent is stopped is pressed after the ask deadline', async () => {
  const engine = await startEngine();
  await engine.apply([linux('g.agent=yes', { ...whenItAnswers, deadlines: { ask: '4s' } })]);
  await untilRunning(engine, 'linux', patience);
  await type(engine, 'stop');
  await said(engine, /GUEST-STOPPED/);

  const { end, text } = await removed(engine);
  expect(end).toMatchObject({ cause: 'removed', rung: 'press' });
  expect(text).toContain('GUEST-PRESSED');
  expect(text).not.toContain('GUEST-ASKED');
});

test('an agent that is stopped, and goes on before the deadline, is asked then', async () => {
  const engine = await startEngine();
  await engine.apply([linux('g.agent=yes', whenItAnswers)]);
  await untilRunning(engine, 'linux', patience);
  await type(engine, 'stop');
  await said(engine, /GUEST-STOPPED/);

  const { end, text } = await removed(engine, async () => {
    await until(engine, 'linux', isDegraded('AGENT_SILENT'), patience);
    await type(engine, 'go');
  });
  expect(end).toMatchObject({ cause: 'removed', rung: 'ask' });
  expect(text).not.toContain('GUEST-PRESSED');
});

test('an agent whose administrator forbids it refuses, and the button is pressed at once', async () => {
  const engine = await startEngine();
  await engine.apply([linux('g.agent=refuses', { ...whenItAnswers, deadlines: { ask: '1h' } })]);
  await untilRunning(engine, 'linux', patience);

  const { end, text } = await removed(engine);
  expect(end).toMatchObject({ cause: 'removed', rung: 'press' });
  expect(text).not.toContain('GUEST-ASKED');
  expect(reasonsOf(engine)).toContain('AGENT_REFUSED');
});

test('the guest is ready when its agent has come up, hung while that is stopped, and well again after', async () => {
  const engine = await startEngine();
  const live = { check: { guestAgent: true }, interval: '500ms', timeout: '2s', failures: 2 } as const;
  await engine.apply([linux('g.agent=no', { probes: { ...whenItAnswers.probes, live } })]);
  await said(engine, /GUEST-UP/);
  expect(engine.get('linux')?.state).toBe('anchored.booting.probing');
  await type(engine, 'start');
  await untilRunning(engine, 'linux', patience);

  await type(engine, 'stop');
  await until(engine, 'linux', isDegraded('GUEST_UNRESPONSIVE'), patience);
  await type(engine, 'go');
  await untilRunning(engine, 'linux', patience);
  // What was asked of it while it stood still is answered by now, and confuses nobody.
  expect((await removed(engine)).end).toMatchObject({ rung: 'ask' });
});

test('an engine that comes later asks as well', async () => {
  const root = stateDirectory();
  const first = await createEngine({ stateDirectory: root });
  const document = linux('g.agent=yes', whenItAnswers);
  await first.apply([document]);
  await untilRunning(first, 'linux', patience);
  await first.stop({ guests: 'leave' });

  const engine = await startEngine({ stateDirectory: root });
  await engine.apply([document]);
  await untilRunning(engine, 'linux', patience);
  expect((await removed(engine)).end).toMatchObject({ cause: 'removed', rung: 'ask', incarnation: 1 });
});

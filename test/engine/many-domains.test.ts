import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { ParsedDocument } from '../../src/index.js';
import { createEngine, parseDocuments } from '../../src/index.js';
import { simulatedHost } from '../support/simulated-host.js';

function documents(count: number, memory = '64Mi'): readonly ParsedDocument[] {
  const text = Array.from({ length: count }, (_, index) => `---\n${document(`d${index}`, memory)}`).join('');
  return parsed(text);
}

function document(name: string, memory: string): string {
  return `apiVersion: windlass/v1\nkind: Domain\nmetadata: { name: ${name} }\nspec: { memory: ${memory}, hypervisor: process }\n`;
}

function parsed(text: string): readonly ParsedDocument[] {
  const result = parseDocuments([{ file: '/many.yaml', text }]);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result.documents;
}

test('a thousand domains converge, one changed document is one domain of work, and all leave', async () => {
  const host = simulatedHost();
  await using engine = await createEngine({ stateDirectory: '/s', ports: host.ports, adapters: [host.adapter] });
  const first = documents(1000);

  await engine.apply(first);
  await expect(engine.settled({ signal: AbortSignal.timeout(20_000) })).resolves.toBe(true);
  expect(host.living()).toBe(1000);

  const seen: (string | undefined)[] = [];
  const subscription = engine.status$.subscribe((message) => {
    if (message.type === 'event' && message.event.type === 'windlass.domain.phase') seen.push(message.event.subject);
  });
  const [changed] = parsed(document('d500', '65Mi'));
  await engine.apply(first.map((each, index) => (index === 500 && changed !== undefined ? changed : each)));
  await engine.settled({ signal: AbortSignal.timeout(20_000) });
  expect(new Set(seen)).toEqual(new Set(['d500']));
  expect(engine.get('d500')?.incarnation).toBe(2);
  subscription.unsubscribe();

  await engine.apply([]);
  await engine.settled({ signal: AbortSignal.timeout(20_000) });
  expect(engine.list()).toEqual([]);
  expect(host.living()).toBe(0);
  expect(host.mostPerDomain()).toBe(1);
}, 60_000);

test('a document that comes back before its domain is gone is another generation, whatever it says', async () => {
  const host = simulatedHost();
  await using engine = await createEngine({ stateDirectory: '/s', ports: host.ports, adapters: [host.adapter] });
  await engine.apply(documents(1));
  await engine.settled({ signal: AbortSignal.timeout(10_000) });
  await engine.apply([]);
  await engine.apply(documents(1, '65Mi'));
  expect(engine.get('d0')?.generation).toBe(2);
  await engine.settled({ signal: AbortSignal.timeout(10_000) });
  expect(engine.get('d0')).toMatchObject({ phase: 'running', generation: 2, observedGeneration: 2 });
}, 60_000);

test('killed anchors come back, each by itself, and never two for one domain', async () => {
  const host = simulatedHost();
  await using engine = await createEngine({ stateDirectory: '/s', ports: host.ports, adapters: [host.adapter] });
  await engine.apply(documents(50));
  await engine.settled({ signal: AbortSignal.timeout(10_000) });
  for (const { anchor } of engine.list()) if (anchor !== null) host.kill(anchor.pid);
  await nextTurn();
  await expect(engine.settled({ signal: AbortSignal.timeout(10_000) })).resolves.toBe(true);
  expect(host.living()).toBe(50);
  expect(host.mostPerDomain()).toBe(1);
  expect(engine.list().map(({ incarnation }) => incarnation)).toEqual(Array.from({ length: 50 }, () => 2));
}, 30_000);

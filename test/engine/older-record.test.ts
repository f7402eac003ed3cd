/** An engine that is newer than the record of a guest which runs: its schema has gained fields since. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseDocuments } from '../../src/index.js';
import { startEngine, untilRunning } from '../support/scenario.js';
import { simulatedHost } from '../support/simulated-host.js';

/** As an engine wrote it before there was `guestAgent` or `deadlines.ask`. */
const older = readFileSync(new URL('records/before-guest-agent.json', import.meta.url), 'utf8');

/** The document that it was written for. */
const text = `
apiVersion: windlass/v1
kind: Domain
metadata: { name: web }
spec:
  memory: 256Mi
  hypervisor: process
  display: { vnc: {}, resolution: 1024x768 }
  probes: { live: { check: { tcp: { port: 80 } } } }
`;

test('a guest of an older engine, whose document says what it said, is adopted as it is', async () => {
  const host = simulatedHost();
  const options = { stateDirectory: '/s', ports: host.ports, adapters: [host.adapter] };
  const read = parseDocuments([{ file: '/web.yaml', text }]);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const { documents } = read;
  const before = await startEngine(options);
  await before.apply(documents);
  await untilRunning(before, 'web');
  await before.stop();
  const [pid] = host.pids();
  await host.ports.files.writeAtomic('/s/process/web/anchor.json', older, 0o600);

  const engine = await startEngine(options);
  await engine.apply(documents);
  expect(await engine.settled({ signal: AbortSignal.timeout(10_000) })).toBe(true);
  expect(engine.get('web')).toMatchObject({ phase: 'running', incarnation: 1, generation: 1, lastEnd: null });
  expect(host.pids()).toEqual([pid]);
});

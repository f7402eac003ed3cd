/** Many domains on a simulated host: what the engine itself costs. `npm run bench -- scale [--domains 1000,10000]` */
import { createEngine, parseDocuments } from 'windlass';
import type { DocumentSource } from 'windlass';
import { simulatedHost } from '../test/support/simulated-host.js';
import { table } from './figures.js';

export async function benchScale(counts: readonly number[]): Promise<void> {
  const rows: string[][] = [];
  for (const count of counts) rows.push(await measure(count));
  console.log(table(['domains', 'converged in', 'a domain', 'heap a domain', 'one change'], rows));
}

async function measure(count: number): Promise<string[]> {
  const host = simulatedHost();
  const parsed = parseDocuments(sources(count));
  if (!parsed.ok) throw new Error('the documents of the benchmark are wrong');
  await using engine = await createEngine({ stateDirectory: '/s', ports: host.ports, adapters: [host.adapter], keepEvents: 1000 });
  const before = heap();
  const begun = performance.now();
  await engine.apply(parsed.documents);
  await engine.settled({ signal: AbortSignal.timeout(600_000) });
  const took = performance.now() - begun;
  const bytes = (heap() - before) / count;

  const changed = parseDocuments([{ file: '/scale.yaml', text: document('d0', '65Mi') }]);
  const [one] = changed.ok ? changed.documents : [];
  if (one === undefined) throw new Error('the documents of the benchmark are wrong');
  const again = performance.now();
  await engine.apply([one, ...parsed.documents.slice(1)]);
  await engine.settled({ signal: AbortSignal.timeout(60_000) });
  const change = performance.now() - again;
  return [String(count), `${took.toFixed(0)} ms`, `${((took / count) * 1000).toFixed(0)} µs`, `${(bytes / 1024).toFixed(1)} KiB`, `${change.toFixed(1)} ms`];
}

function document(name: string, memory: string): string {
  return `---\napiVersion: windlass/v1\nkind: Domain\nmetadata: { name: ${name} }\nspec: { memory: ${memory}, hypervisor: process }\n`;
}

/** A file may not be larger than 1 MiB. */
function sources(count: number): readonly DocumentSource[] {
  const documents = Array.from({ length: count }, (_, index) => document(`d${index}`, '64Mi'));
  const perFile = 1000;
  return Array.from({ length: Math.ceil(count / perFile) }, (_, file) => ({
    file: `/scale-${file}.yaml`,
    text: documents.slice(file * perFile, (file + 1) * perFile).join(''),
  }));
}

/** Bytes; exact only under `--expose-gc`. */
function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/**
 * Windlass as a library: `npx tsx examples/embed.ts [document]` starts the domains of a document, prints their status, and lets go of
 * them again; they run on. In a project of your own, import from 'windlass'.
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { argv } from 'node:process';
import { createEngine, formatProblem, parseDocuments } from '../src/index.js';

const [, , document = 'examples/hello.yaml', stateDirectory = '/tmp/windlass-embed'] = argv;
const file = resolve(document);
const parsed = parseDocuments([{ file, text: await readFile(file, 'utf8') }]);
if (!parsed.ok) throw new Error(parsed.problems.map(formatProblem).join('\n'));

// Disposed at the end of the file: channels are closed, the lock is given back, guests are left to the next engine.
await using engine = await createEngine({ stateDirectory });
const subscription = engine.status$.subscribe((message) => {
  if (message.type === 'event' && message.event.type === 'windlass.domain.phase') console.log(`${message.event.subject ?? ''} is ${message.event.data.to}`);
});

await engine.apply(parsed.documents);
const asDesired = await engine.settled({ signal: AbortSignal.timeout(60_000) });
subscription.unsubscribe();

for (const { anchor, name, phase, placement } of engine.list()) {
  console.log(`${name}: ${phase} on ${placement?.hypervisor ?? 'nothing'}, pid ${anchor?.pid ?? 'none'}`);
}
console.log(asDesired ? 'everything is as desired' : 'something has failed');

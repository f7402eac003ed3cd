/**
 * Windlass as a library: `npx tsx examples/embed.ts [document [state directory]]` starts the domains of a document, prints their status, and
 * lets go of them again; they run on. In a project of your own, import from 'windlass'.
 */
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { argv } from 'node:process';
import { createEngine, formatProblem, parseDocuments } from '../src/index.js';

const [, , document = 'examples/hello.yaml', chosen] = argv;
// A fresh one, so that nothing else on this host is touched. Left out of the options, it is the one that the command line uses, too.
const stateDirectory = chosen ?? (await mkdtemp(join(tmpdir(), 'windlass-')));
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
console.log(`they run on; to end them: npx windlass down --all --state-dir ${stateDirectory}`);

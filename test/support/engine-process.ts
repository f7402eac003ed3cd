/** `npx tsx engine-process.ts <state directory> <documents>`: an engine in a process of its own, which says `settled` and then goes on. */
import { readFileSync } from 'node:fs';
import { argv } from 'node:process';
import { createEngine, parseDocuments } from '../../src/index.js';

const [, , stateDirectory = '', file = ''] = argv;
const engine = await createEngine({ stateDirectory });
const parsed = parseDocuments([{ file, text: readFileSync(file, 'utf8') }]);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
await engine.apply(parsed.documents);
console.log((await engine.settled()) ? 'settled' : 'failed');

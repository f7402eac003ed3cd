/** An engine of its own process, to be killed: applies the documents of its second argument on the state directory of its first. */
import type { ParsedDocument } from '../../src/index.js';
import { createEngine } from '../../src/index.js';

const [root = '', documents = '[]'] = process.argv.slice(2);
const engine = await createEngine({ stateDirectory: root });
await engine.apply(JSON.parse(documents) as ParsedDocument[]);
await engine.settled();
process.send?.('settled');

/** One of many that want the same lock. Argument: its path. Waits for a line on stdin, then says `held` or the error, and stays until stdin ends. */
import { once } from 'node:events';
import { hostLocks } from '../../src/effects/engine-lock.js';
import { messageOf } from '../../src/errors.js';

const path = process.argv[2];
if (path === undefined) throw new Error('argument: path of the lock');
process.stdout.write('ready\n');
await once(process.stdin, 'data');
try {
  await hostLocks.acquire(path);
  process.stdout.write('held\n');
} catch (thrown) {
  process.stdout.write(`${messageOf(thrown)}\n`);
}
process.stdin.resume();

/** Has nothing to do but wait for a child, then leaves another behind. Prints the facts of the first and the identity of the second. */
import { hostPorts } from '../../src/effects/host-ports.js';

const [policy, log] = process.argv.slice(2);
if (log === undefined) throw new Error('arguments: policy log');
const ports = hostPorts({ spawner: policy === 'always' ? 'always' : 'never' });
const request = { env: { PATH: '/usr/bin:/bin' }, cwd: '/', log };
const first = await ports.processes.launchDetached({ ...request, executable: '/bin/sh', args: ['-c', 'sleep 0.05; exit 4'] });
const facts = await first.exited;
const second = await ports.processes.launchDetached({ ...request, executable: '/bin/sleep', args: ['60'] });
await ports.close();
process.stdout.write(JSON.stringify({ facts, left: second.identity }));

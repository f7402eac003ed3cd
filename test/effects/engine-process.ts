/**
 * A stand-in for an engine, for tests that kill one: launches a process and prints its identity as JSON, then stays.
 * Arguments: spawner policy, log file, the marker argument.
 */
import { hostPorts } from '../../src/effects/host-ports.js';

const [policy, log, marker] = process.argv.slice(2);
if (log === undefined || marker === undefined) throw new Error('arguments: policy log marker');
const ports = hostPorts({ spawner: policy === 'always' ? 'always' : 'never' });
const { identity } = await ports.processes.launchDetached({
  executable: '/bin/sh',
  // Stops itself: alive until it is killed, with no children of its own.
  args: ['-c', 'kill -STOP $$; exit 0', marker],
  env: { PATH: '/usr/bin:/bin' },
  cwd: '/',
  log,
});
process.stdout.write(`${JSON.stringify({ identity, spawner: ports.spawnerPid() ?? null })}\n`);

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { hostPorts } from '../../src/effects/host-ports.js';
import type { ProcessIdentity } from '../../src/effects/ports/processes.js';
import { temporaryDirectory } from './temporary-directory.js';

const engine = fileURLToPath(new URL('./engine-process.ts', import.meta.url));

/** Through a shell that opens a descriptor beyond those which Node marks, as a supervisor may do. */
function startEngine(...args: readonly string[]) {
  const command = 'exec 77</etc/passwd; exec "$@"';
  return spawn('/bin/bash', ['-c', command, 'bash', process.execPath, '--import', 'tsx', engine, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

describe.each(['never', 'always'] as const)('an engine killed with SIGKILL, spawner %s', (policy) => {
  it('leaves its children running, without descriptors of its starter, to be found by marker and identity', async () => {
    await using directory = await temporaryDirectory();
    await using ports = hostPorts();
    const marker = `windlass-test-${policy}-${process.pid}`;
    const dying = startEngine(policy, join(directory.path, 'log'), marker);
    const [line] = (await once(dying.stdout.setEncoding('utf8'), 'data')) as [string];
    const { identity, spawner } = JSON.parse(line) as { identity: ProcessIdentity; spawner: number | null };
    expect(spawner === null).toBe(policy === 'never');

    const ended = once(dying, 'exit');
    dying.kill('SIGKILL');
    await ended;
    expect(await ports.processes.presence(identity)).toBe('present');
    expect(await ports.processes.findByArgument(marker)).toEqual([identity]);
    const targets = readdirSync(`/proc/${identity.pid}/fd`).map((number) => readlinkSync(`/proc/${identity.pid}/fd/${number}`));
    expect(targets).not.toContain('/etc/passwd');
    if (spawner !== null) while ((await ports.processes.identify(spawner)) !== undefined) await delay(2);

    expect(await ports.processes.signal(identity, 'SIGKILL')).toBe(true);
    while ((await ports.processes.presence(identity)) !== 'absent') await delay(2);
    expect(await ports.processes.findByArgument(marker)).toEqual([]);
  });
});

it.each(['never', 'always'])('an engine with nothing else to do waits for exits, and ends after closing its ports, spawner %s', async (policy) => {
  await using directory = await temporaryDirectory();
  await using ports = hostPorts();
  const script = fileURLToPath(new URL('./closing-process.ts', import.meta.url));
  const { stdout, code } = await ports.processes.run(process.execPath, ['--import', 'tsx', script, policy, join(directory.path, 'log')], { timeout: 5_000 });
  const { facts, left } = JSON.parse(stdout) as { facts: unknown; left: ProcessIdentity };
  expect({ facts, code }).toEqual({ facts: { code: 4, signal: null }, code: 0 });
  expect(await ports.processes.signal(left, 'SIGKILL')).toBe(true);
});

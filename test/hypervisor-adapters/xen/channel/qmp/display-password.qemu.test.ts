/** What is said to a QEMU that xl has started, said to a QEMU that was started with the same words. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hostPorts } from '../../../../../src/effects/host-ports.js';
import type { Connection } from '../../../../../src/effects/ports/sockets.js';
import { dialMonitor } from '../../../../../src/hypervisor-adapters/xen/anchor/monitor.js';
import { setServerPassword } from '../../../../../src/hypervisor-adapters/xen/channel/qmp/display-password.js';
import { exchange } from '../../../../../src/hypervisor-adapters/xen/channel/qmp/exchange.js';
import { temporaryDirectory, type TemporaryDirectory } from '../../../../effects/temporary-directory.js';
import { knock } from '../../../../support/vnc-viewer.js';

const ports = hostPorts();
const domid = 7;
let run: TemporaryDirectory;
let qemu: ChildProcess;

beforeEach(async () => {
  run = await temporaryDirectory();
  const monitor = `socket,id=libxenstat-cmd,path=${run.path}/qmp-libxenstat-${domid},server=on,wait=off`;
  const args = ['-chardev', monitor, '-mon', 'chardev=libxenstat-cmd,mode=control', '-nodefaults', '-no-user-config', '-vnc', 'none', '-display', 'none', '-machine', 'none'];
  qemu = spawn('qemu-system-x86_64', [...args, '-vnc', '127.0.0.1:40,to=99,id=windlass,password=on'], { stdio: 'inherit' });
  await ports.files.waitForEntry(run.path, `qmp-libxenstat-${domid}`, AbortSignal.timeout(10_000));
});

afterEach(async () => {
  const gone = once(qemu, 'exit');
  if (qemu.exitCode === null && qemu.kill('SIGKILL')) await gone;
  await run[Symbol.asyncDispose]();
});

/** Of a caller who does not give up. */
const patient = new AbortController().signal;

/** Between bind(2) and listen(2) it refuses; xl has waited for that. */
async function dial(): Promise<Connection> {
  for (;;) {
    try {
      return await dialMonitor(ports, domid, patient, ['/nowhere', run.path]);
    } catch (error) {
      if (!String(error).includes('SOCKET_REFUSED') && !(error instanceof Error && 'code' in error && error.code === 'SOCKET_REFUSED')) throw error;
      await ports.clock.sleep(5);
    }
  }
}

describe('the monitor of xl’s QEMU', () => {
  it('takes the password, tells the port, and is free for the next; the server lets in who knows it', async () => {
    const port = await setServerPassword(await dial(), 'first', { clock: ports.clock, signal: patient });
    expect(port).toBeGreaterThanOrEqual(5940);
    expect(await knock(port ?? 0, 'first')).toEqual({ demands: [2], letIn: true });
    expect(await knock(port ?? 0)).toEqual({ demands: [2], letIn: false });
    await setServerPassword(await dial(), 'second', { clock: ports.clock, signal: patient });
    expect(await knock(port ?? 0, 'first')).toEqual({ demands: [2], letIn: false });
    expect(await knock(port ?? 0, 'second')).toEqual({ demands: [2], letIn: true });
  });

  it('that somebody else has does not greet, which is not waited for for ever', async () => {
    const other = await dial();
    other.received.subscribe();
    await expect(exchange(await dial(), [], { clock: ports.clock, deadline: 200, signal: patient })).rejects.toMatchObject({ code: 'QMP_NO_GREETING', retryable: true });
    other.close();
  });

  it('is let go of when nobody waits for it any more', async () => {
    const other = await dial();
    other.received.subscribe();
    const caller = new AbortController();
    const asked = exchange(await dial(), [], { clock: ports.clock, deadline: 60_000, signal: caller.signal });
    caller.abort(new Error('given up'));
    await expect(asked).rejects.toThrow('given up');
    other.close();
  });

  it('that refuses a command is quoted, without what was said to it', async () => {
    const refusal: unknown = await exchange(await dial(), [{ execute: 'set_password', arguments: { protocol: 'vnc', password: 'secret', display: 'none' } }], { clock: ports.clock, deadline: 5_000, signal: patient }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'QMP_COMMAND_FAILED' });
    expect(String(refusal)).toMatch(/refused set_password: /);
    expect(String(refusal)).not.toContain('secret');
  });

  it('that ends is no answer', async () => {
    const connection = await dial();
    const asked = exchange(connection, [{ execute: 'quit' }, { execute: 'query-status' }], { clock: ports.clock, deadline: 5_000, signal: patient });
    await expect(asked).rejects.toMatchObject({ code: expect.stringMatching(/^QMP_(?:CLOSED|COMMAND_FAILED)$/) as unknown });
  });

  it('that is not there is told as absent', async () => {
    await expect(dialMonitor(ports, 99, patient, [run.path])).rejects.toMatchObject({ code: 'XEN_MONITOR_ABSENT' });
  });
});

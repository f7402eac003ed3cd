import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { heartbeatImage, type HeartbeatOptions } from '../support/guest-image.js';

const bare = join(import.meta.dirname, '../../guests/heartbeat/heartbeat.img');

/** Boots a disk until the guest has said `until`, or QEMU has ended. Resolves to the lines on COM1. */
function boot(machine: string, disk: string, until?: string, deviceOptions = ''): Promise<{ code: number | null; said: string[] }> {
  const qemu = spawn(
    'qemu-system-x86_64',
    [
      ...['-machine', `${machine},accel=tcg`, '-nodefaults', '-no-user-config', '-display', 'none', '-m', '16', '-no-reboot', '-serial', 'stdio'],
      ...['-blockdev', JSON.stringify({ driver: 'raw', 'node-name': 'd', file: { driver: 'file', filename: disk } })],
      ...['-device', `virtio-blk-pci,drive=d${deviceOptions}`],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  onTestFinished(() => void qemu.kill('SIGKILL'));
  return new Promise((resolve) => {
    let text = '';
    qemu.stdout.setEncoding('latin1').on('data', (more: string) => {
      text += more;
      if (until !== undefined && text.includes(until)) qemu.kill('SIGKILL');
    });
    qemu.once('close', (code) => resolve({ code, said: text.split('\r\n').filter((line) => line !== '') }));
  });
}

describe.each(['q35', 'pc'])('the heartbeat guest on %s', (machine) => {
  const guest = (options: HeartbeatOptions): string => heartbeatImage({ ticks: 1, ...options });

  test('counts its beats', async () => {
    const { said } = await boot(machine, guest({}), 'HEARTBEAT 12\r\n');
    expect(said).toEqual(Array.from({ length: 12 }, (_, n) => `HEARTBEAT ${n + 1}`));
  });

  test('says its tag', async () => {
    expect((await boot(machine, guest({ tag: 'web-four' }), 'four\r\n')).said).toEqual(['HEARTBEAT 1 web-four']);
  });

  test.each(['power-off', 'reset', 'triple-fault'] as const)('ends by itself: %s', async (action) => {
    expect(await boot(machine, guest({ action, count: 2 }))).toEqual({ code: 0, said: ['HEARTBEAT 1', 'HEARTBEAT 2'] });
  });

  test('keeps the number of its beats on the disk', async () => {
    const disk = guest({ keepNumber: true, action: 'reset', count: 2 });
    await boot(machine, disk);
    expect((await boot(machine, disk)).said).toEqual(['HEARTBEAT 3']);
  });

  test('boots from its 512 bytes, given a geometry', async () => {
    expect((await boot(machine, bare, 'HEARTBEAT 1\r\n', ',lcyls=1,lheads=1,lsecs=1')).said).toEqual(['HEARTBEAT 1']);
  });
});

/** A directory of dom0 in a guest, over the 9p of Xen. */
import { afterEach, expect, test } from 'vitest';
import { wantedRelease } from './build/xen-release.js';
import { terminalOf } from './guest-terminal.js';
import { productLab } from './product-lab.js';
import { wholeLinux } from './whole-linux.js';

const { lab, windlass } = productLab();
const sharer = wholeLinux({ shares: [{ name: 'stuff', path: '/run/shared' }] });

afterEach(() => windlass.clear());

if (wantedRelease().xen === '4.17') {
  test('a guest reads what is in a share, and what it writes there is in the directory of the host', async () => {
    await lab.exec(['sh', '-c', 'mkdir -p /run/shared; echo good morning > /run/shared/greeting']);
    await windlass.write({ sharer });
    await windlass.up().untilRunning('sharer');
    const guest = terminalOf(lab, 'sharer');
    await guest.untilSaid(/GUEST-UP/);
    await guest.ask('mount -t 9p -o trans=xen,version=9p2000.L stuff /mnt; cat /mnt/greeting', /good morning/);
    // The quotes keep the word out of the line's own echo.
    await guest.ask('echo written by guest > /mnt/answer; umount /mnt; echo UNMOUN""TED', /UNMOUNTED/);
    expect((await lab.exec(['cat', '/run/shared/answer'])).stdout).toBe('written by guest\n');
  });
} else {
  // Its libxl gives the share to QEMU 10 when that runs already, and QEMU 10 ends then: the guest would wait five minutes for it.
  test('a share is refused by its name where the QEMU of this Xen would not survive it', async () => {
    await windlass.write({ sharer });
    const { code, stdout, stderr } = await windlass.run('plan', '/tmp/domains');
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain('spec.shares: the QEMU of this Xen ends when it is given a share after its start');
  });
}

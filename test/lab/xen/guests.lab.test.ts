import { tmpdir } from 'node:os';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { create, guestNames, run, untilGone, untilGuestSays } from './dom0-words.js';
import type { Lab } from '../machine/lab.js';
import { startXenLab } from './lab.js';

let lab: Lab;

beforeAll(async () => {
  lab = await startXenLab({ share: tmpdir() });
});

/** A test whose guests outlive it has failed to end them. */
afterEach(async () => {
  expect(await guestNames(lab)).toEqual([]);
});

afterAll(async () => {
  await lab.stop();
});

describe('the tiny guest', () => {
  test('is up at once and obeys a shutdown', async () => {
    await create(lab, { name: 'obeys', words: 'name=obeys' });
    expect(await untilGuestSays(lab, 'obeys', /GUEST-UP/)).toContain('GUEST-UP tinypv pages=2048 name=obeys');
    expect(await run(lab, 'xl', 'shutdown', '-w', 'obeys')).toContain('reason code 0');
    await untilGone(lab, 'obeys');
    expect(await untilGuestSays(lab, 'obeys', /doing/)).toContain('TINY doing poweroff');
  });

  test('ends by itself as its words say, and beats until then', async () => {
    await create(lab, { name: 'ends', words: 'beat=200 after=1500 do=crash' });
    expect(await untilGuestSays(lab, 'ends', /doing/)).toMatch(/HEARTBEAT 1\s+HEARTBEAT 2/);
    await untilGone(lab, 'ends');
    expect(await run(lab, 'cat', '/var/log/xen/xl-ends.log')).toContain('has shut down, reason code 3');
  });

  test('obeys what is typed on its console', async () => {
    await create(lab, { name: 'typed' });
    await untilGuestSays(lab, 'typed', /GUEST-UP/);
    const terminal = (await run(lab, 'xenstore-read', `/local/domain/${(await run(lab, 'xl', 'domid', 'typed')).trim()}/console/tty`)).trim();
    await run(lab, 'sh', '-c', `echo echo windlass > ${terminal}`);
    await untilGuestSays(lab, 'typed', /^windlass/m);
    await run(lab, 'sh', '-c', `echo poweroff > ${terminal}`);
    await untilGone(lab, 'typed');
  });

  test('is destroyed when it does not listen', async () => {
    await create(lab, { name: 'deaf', words: 'nostore' });
    await untilGuestSays(lab, 'deaf', /GUEST-UP/);
    await run(lab, 'xl', 'destroy', 'deaf');
    await untilGone(lab, 'deaf');
  });

  test('goes on after a shutdown that it ignores', async () => {
    await create(lab, { name: 'ignores', words: 'ignore' });
    await untilGuestSays(lab, 'ignores', /GUEST-UP/);
    await run(lab, 'xl', 'shutdown', 'ignores');
    await untilGuestSays(lab, 'ignores', /TINY ignores/);
    expect(await guestNames(lab)).toEqual(['ignores']);
    await run(lab, 'xl', 'destroy', 'ignores');
    await untilGone(lab, 'ignores');
  });
});

describe('a Linux guest', () => {
  test('has a disk and a network, and shuts down', async () => {
    await run(lab, 'cp', '/guest/disk.img', '/run/disk.img');
    const disk = 'format=raw,vdev=xvda,access=rw,target=/run/disk.img';
    const vif = 'bridge=xenbr0,mac=00:16:3e:00:00:01,vifname=vif-linux';
    await create(lab, { name: 'linux', kind: 'linux', words: 'g.disk=/dev/xvda g.ip=10.9.0.2/24', disk, vif });
    expect(await untilGuestSays(lab, 'linux', /GUEST-WROTE/)).toContain('GUEST-DISK windlass lab disk');
    expect(await run(lab, 'dd', 'if=/run/disk.img', 'bs=512', 'skip=8', 'count=1')).toContain('written by guest');
    expect(await run(lab, 'brctl', 'show', 'xenbr0')).toContain('vif-linux');
    expect(await run(lab, 'ping', '-c', '3', '-w', '30', '10.9.0.2')).toContain(' 0% packet loss');
    expect(await run(lab, 'xl', 'shutdown', '-w', 'linux')).toContain('reason code 0');
    await untilGone(lab, 'linux');
    expect(await run(lab, 'losetup', '-a')).toBe('');
  });

  test('boots as PVH', async () => {
    await create(lab, { name: 'pvh', kind: 'linux', type: 'pvh' });
    await untilGuestSays(lab, 'pvh', /GUEST-UP/);
    expect(await run(lab, 'xl', 'shutdown', '-w', 'pvh')).toContain('reason code 0');
    await untilGone(lab, 'pvh');
  });
});

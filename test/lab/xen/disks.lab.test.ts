/** Each way by which a disk comes to a Linux guest, and the network as that guest sees it. */
import { afterEach, expect, test } from 'vitest';
import { run } from './dom0-words.js';
import { terminalOf } from './guest-terminal.js';
import { productLab } from './product-lab.js';

const { lab, windlass } = productLab();
/** What every image of the lab begins with. */
const label = 'windlass lab disk';

afterEach(() => windlass.clear());

test('a guest reads and writes a qcow2 image and a block device of the host, reads another and a CD that it cannot write, and has the MAC address of its document', { timeout: 900_000 }, async () => {
  await run(lab, 'qemu-img', 'convert', '-f', 'raw', '-O', 'qcow2', '/guest/disk.img', '/run/image.qcow2');
  const [writable, readOnly] = [await loopDevice('/run/writable.img'), await loopDevice('/run/read-only.img')];
  await windlass.write({
    keeper: {
      memory: '128Mi',
      boot: { kernel: '/guest/linux.elf', initrd: '/guest/linux.ird', cmdline: 'console=hvc0 quiet g.ip=10.9.0.2/24' },
      xen: { type: 'pv' },
      disks: [{ image: '/run/image.qcow2' }, { image: writable }, { image: readOnly, readOnly: true }],
      cdrom: { image: '/guest/disk.img' },
      networks: [{ type: 'tap', bridge: 'xenbr0', mac: '52:54:00:12:34:56', mtu: 1_400 }],
    },
  });
  const engine = windlass.up();
  await engine.untilRunning('keeper');
  const guest = terminalOf(lab, 'keeper');
  await guest.untilSaid(/GUEST-NET/);
  expect({ qdisk: await backEnds('qdisk'), vbd: await backEnds('vbd') }).toEqual({ qdisk: ['51712'], vbd: ['51728', '51744', '51760'] });

  // The quotes keep the word out of the line's own echo.
  const read = await guest.ask('for d in a b c d; do echo "xvd$d $(cat /sys/block/xvd$d/ro) $(head -c 17 /dev/xvd$d)"; done; echo RE""AD', /READ/);
  for (const line of [`xvda 0 ${label}`, `xvdb 0 ${label}`, `xvdc 1 ${label}`, `xvdd 1 ${label}`]) expect(read).toContain(line);
  const wrote = await guest.ask('for d in a b c; do echo "guest on $d" | dd of=/dev/xvd$d bs=512 seek=8 conv=sync,fsync 2>/dev/null; echo "xvd$d=$?"; done; echo WRO""TE', /WROTE/);
  for (const answer of [/xvda=0\r?\n/, /xvdb=0\r?\n/, /xvdc=[1-9]/]) expect(wrote).toMatch(answer);

  // The store tells the guest its mtu, and Linux does not read that: somebody sets it inside.
  expect(await guest.ask('echo "eth0 $(cat /sys/class/net/eth0/address) $(cat /sys/class/net/eth0/mtu) SE""EN"', /SEEN/)).toContain('eth0 52:54:00:12:34:56 1500');
  expect(await run(lab, 'sh', '-c', 'id=$(xl domid keeper); xenstore-read "/local/domain/$id/device/vif/0/mtu"; cat "/sys/class/net/vif$id.0/mtu"')).toBe('1400\n1400\n');
  expect(await packet(1_372)).toBe(0);
  expect(await packet(1_373)).not.toBe(0);

  await windlass.write({});
  const { data } = await engine.until('windlass.domain.ended', 'keeper', () => true);
  expect(data.end).toMatchObject({ cause: 'removed', rung: 'ask' });
  await engine.until('windlass.domain.forgotten', 'keeper', () => true);
  await run(lab, 'qemu-img', 'convert', '-f', 'qcow2', '-O', 'raw', '/run/image.qcow2', '/run/image.raw');
  expect([await ninthSector('/run/image.raw'), await ninthSector('/run/writable.img'), await ninthSector('/run/read-only.img')]).toEqual(['guest on a', 'guest on b', '']);
  // Nobody holds the devices any more, and the CD's own has gone.
  await run(lab, 'losetup', '-d', writable, readOnly);
  expect(await run(lab, 'losetup', '-a')).toBe('');
});

/** A block device of dom0 whose content is a copy of the lab's disk. */
async function loopDevice(image: string): Promise<string> {
  await run(lab, 'cp', '/guest/disk.img', image);
  return (await run(lab, 'losetup', '-f', '--show', image)).trim();
}

/** Numbers of the keeper's disks, xvda and on in steps of 16, that a kind of back end serves. */
async function backEnds(kind: 'qdisk' | 'vbd'): Promise<readonly string[]> {
  const listed = await run(lab, 'sh', '-c', `xenstore-list "/local/domain/0/backend/${kind}/$(xl domid keeper)"`);
  return listed.trim().split('\n').sort();
}

/** The exit code of a ping with so many bytes behind its header, in one piece. */
async function packet(bytes: number): Promise<number> {
  return (await lab.exec(['ping', '-M', 'do', '-s', String(bytes), '-c', '1', '-W', '5', '10.9.0.2'])).code;
}

/** What stands there, without what fills the sector. */
async function ninthSector(image: string): Promise<string> {
  return (await run(lab, 'dd', `if=${image}`, 'bs=512', 'skip=8', 'count=1', 'status=none')).replaceAll('\0', '').trim();
}

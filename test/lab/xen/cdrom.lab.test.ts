/** An emulated PC on Xen that has nothing but a CD to boot from, and a network card that every operating system knows. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { heartbeatDisk } from '../../support/guest-image.js';
import { run } from './dom0-words.js';
import { stateDirectory } from './product.js';
import { productLab } from './product-lab.js';

const { lab, windlass } = productLab({ prepare: (share) => writeFileSync(join(share, 'boot.iso'), bootableCd(heartbeatDisk().subarray(0, 512))) });

afterEach(() => windlass.clear());

test('an hvm guest boots from its CD, and has an e1000 with the MAC address of its document on the bridge', { timeout: 900_000 }, async () => {
  await run(lab, 'modprobe', 'tun');
  await run(lab, 'cp', '/project/boot.iso', '/run/boot.iso');
  const networks = [{ type: 'tap', bridge: 'xenbr0', mac: '52:54:00:ab:cd:ef' }] as const;
  await windlass.write({ pc: { memory: '64Mi', xen: { type: 'hvm' }, boot: { order: ['cdrom'] }, cdrom: { image: '/run/boot.iso' }, networks: [...networks] } });
  const engine = windlass.up();
  await engine.untilRunning('pc');
  const said = async (): Promise<string> => (await lab.exec(['sh', '-c', 'cat "$0" 2> /dev/null || true', `${stateDirectory}/xen/pc/console.log`])).stdout;
  await expect.poll(said, { timeout: 300_000, interval: 1_000 }).toMatch(/HEARTBEAT \d+/);

  const monitor = (command: string): Promise<string> => run(lab, 'xl', 'qemu-monitor-command', 'pc', command);
  expect(await monitor('info pci')).toContain('PCI device 8086:100e');
  expect(await monitor('info network')).toMatch(/model=e1000,macaddr=52:54:00:ab:cd:ef/);
  expect(await monitor('info block')).toMatch(/\/run\/boot\.iso \(raw, read-only\)/);
  const id = (await run(lab, 'xl', 'domid', 'pc')).trim();
  expect((await run(lab, 'ls', '/sys/class/net/xenbr0/brif')).split('\n')).toEqual(expect.arrayContaining([`vif${id}.0`, `vif${id}.0-emu`]));
});

/** An image as El Torito describes it (version 1.0), without emulation of a floppy or disk: sectors of 2 KiB, the program among them. */
function bootableCd(program: Uint8Array): Uint8Array {
  const sector = 2_048;
  const [descriptor, catalogue, start, sectors] = [17, 19, 20, 512] as const;
  const image = Buffer.alloc(sectors * sector);
  image.write('\u0001CD001\u0001', (descriptor - 1) * sector, 'latin1');
  image.write('\0CD001\u0001EL TORITO SPECIFICATION', descriptor * sector, 'latin1');
  image.writeUInt32LE(catalogue, descriptor * sector + 0x47);
  image.write('\u00ffCD001\u0001', (descriptor + 1) * sector, 'latin1');
  const entries = image.subarray(catalogue * sector);
  // The entry that validates the others: all its words add up to zero.
  entries.writeUInt8(1, 0);
  entries.writeUInt16LE(0xaa55, 0x1e);
  entries.writeUInt16LE(0x10000 - 0xaa55 - 1, 0x1c);
  // Bootable, at the usual address, so many sectors of 512 bytes from there.
  entries.writeUInt8(0x88, 0x20);
  entries.writeUInt16LE(4, 0x26);
  entries.writeUInt32LE(start, 0x28);
  image.set(program, start * sector);
  return image;
}

/** Guests with devices, and guests of the other types, as documents ask for them. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { heartbeatImage } from '../../support/guest-image.js';
import { type Product, type Running, stateDirectory, tiny } from './product.js';
import { productLab } from './product-lab.js';
import { typedUntil } from './typing.js';

const { lab, windlass } = productLab({ prepare: (share) => copyFileSync(heartbeatImage({ directory: share }), join(share, 'boot.img')) });
let engine: Running;

afterEach(() => windlass.clear());

async function up(name: string, spec: Parameters<Product['write']>[0][string]): Promise<void> {
  await windlass.write({ [name]: spec });
  engine = windlass.up();
  await engine.untilRunning(name);
}

const consoleOf = async (name: string): Promise<string> => (await lab.exec(['sh', '-c', 'cat "$0" 2> /dev/null || true', `${stateDirectory}/xen/${name}/console.log`])).stdout;
const linux = { kernel: '/guest/linux.elf', initrd: '/guest/linux.ird', cmdline: 'console=hvc0 g.disk=/dev/xvda g.ip=10.9.0.2/24' };

test('a Linux guest with a disk and a network: it reads and writes the one, and answers on the other', async () => {
  await lab.exec(['cp', '/guest/disk.img', '/run/linux.img']);
  await up('linux', {
    memory: '128Mi',
    boot: linux,
    xen: { type: 'pv' },
    disks: [{ image: '/run/linux.img', format: 'raw' }],
    networks: [{ type: 'tap', bridge: 'xenbr0' }],
  });
  await expect.poll(() => consoleOf('linux'), { timeout: 120_000, interval: 1_000 }).toContain('GUEST-WROTE');
  const ping = async (): Promise<number> => (await lab.exec(['ping', '-c', '1', '-W', '5', '10.9.0.2'])).code;
  await expect.poll(ping, { timeout: 60_000, interval: 1_000 }).toBe(0);
  await windlass.write({});
  const { data } = await engine.until('windlass.domain.ended', 'linux', () => true);
  expect(data.end).toMatchObject({ cause: 'removed', rung: 'ask' });
  await engine.until('windlass.domain.forgotten', 'linux', () => true);
  // The image is let go of, and holds what the guest wrote into its ninth sector.
  const { stdout } = await lab.exec(['dd', 'if=/run/linux.img', 'bs=512', 'skip=8', 'count=1', 'status=none']);
  expect(stdout).toContain('written by guest');
});

test('a pvh guest boots', async () => {
  await up('pvh', { memory: '160Mi', boot: { ...linux, cmdline: 'console=hvc0' }, xen: { type: 'pvh' } });
  await expect.poll(() => consoleOf('pvh'), { timeout: 180_000, interval: 1_000 }).toContain('GUEST-UP');
});

test('an hvm guest boots from its disk, the heartbeat of the other tests, and obeys its power button', async () => {
  await lab.exec(['cp', '/project/boot.img', '/run/boot.img']);
  await up('pc', { memory: '64Mi', xen: { type: 'hvm' }, disks: [{ image: '/run/boot.img', format: 'raw', readOnly: false }] });
  await expect.poll(() => consoleOf('pc'), { timeout: 180_000, interval: 1_000 }).toMatch(/HEARTBEAT \d+/);
  // libxl keeps something back of some guests' memory: none is taken for a size that the document does not say, and set right.
  const [target, video, most] = await Promise.all(['target', 'videoram', 'static-max'].map(async (node) => Number((await lab.exec(['sh', '-c', 'xenstore-read "/local/domain/$(xl domid pc)/memory/$0"', node])).stdout)));
  expect({ target, video, most }).toEqual({ target: 65_536, video: 0, most: 65_536 });
  // It has no driver to be asked through, and says so at once; it obeys its button.
  await windlass.write({});
  const { data } = await engine.until('windlass.domain.ended', 'pc', () => true);
  expect(data.end).toMatchObject({ cause: 'removed', rung: 'press' });
});

test('what the QEMU of an hvm guest said is kept where the guest could not start', async () => {
  // QEMU takes an initrd with a kernel as its package ships it, and with no other.
  await windlass.write({ pc: { memory: '128Mi', restart: 'Never', xen: { type: 'hvm' }, boot: { kernel: '/guest/linux.elf', initrd: '/guest/linux.ird' } } });
  engine = windlass.up();
  const { data } = await engine.until('windlass.domain.ended', 'pc', () => true);
  // Which of the two, depends on who sees it first: xl goes in the middle of building.
  expect(['vmm-exit', 'connect-failed']).toContain(data.end.cause);
  const { stdout } = await lab.exec(['cat', `${data.end.evidence ?? ''}/qemu-dm.log`]);
  expect(stdout).toContain('linux kernel too old to load a ram disk');
});

test('an hvm guest reads the SMBIOS strings of its document', async () => {
  const kernel = { kernel: '/guest/linux.bzimage', cmdline: 'earlycon=uart8250,io,0x3f8 console=ttyS0' };
  await up('labelled', { memory: '128Mi', boot: kernel, smbios: { manufacturer: 'Windlass', product: 'Lab PC', assetTag: 'rack 7', oemStrings: ['one', 'two'] } });
  // The kernel prints what it found in the tables as one of its first lines.
  await expect.poll(() => consoleOf('labelled'), { timeout: 280_000, interval: 1_000 }).toContain('DMI: Windlass Lab PC');
});

test('the console of a guest answers to windlass console', async () => {
  await up('talker', tiny('name=talker'));
  const { stdout } = await typedUntil(lab, 'talker', 'echo good morning\\r', 'grep -q "^good morning" "$HEARD"');
  expect(stdout).toMatch(/^good morning/m);
});

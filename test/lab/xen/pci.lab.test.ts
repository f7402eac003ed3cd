/** PCI functions of dom0: what the host uses stays its own, and a guest works with what it is given. */
import { afterEach, beforeAll, expect, test } from 'vitest';
import { type Running, stateDirectory, tiny } from './product.js';
import { productLab } from './product-lab.js';
import { wholeLinux } from './whole-linux.js';

const { lab, windlass } = productLab();
const card = '0000:00:04.0';
let engine: Running;

/** Runs a script in dom0, which must succeed; resolves to what it printed. */
async function dom0(script: string): Promise<string> {
  const { code, stderr, stdout } = await lab.exec(['sh', '-c', script]);
  if (code !== 0) throw new Error(`${script}: ${stderr}`);
  return stdout.trim();
}

const driverOf = (address: string): Promise<string> => dom0(`basename "$(readlink /sys/bus/pci/devices/${address}/driver)"`);
const interfaceOf = (address: string): Promise<string> => dom0(`ls /sys/bus/pci/devices/${address}/net`);

/** What a plan for a guest with this device says; nothing is changed. */
async function planWith(pci: Parameters<typeof tiny>[1]): Promise<{ readonly code: number; readonly said: string }> {
  await windlass.write({ nic: tiny('beat=500', pci) });
  const { code, stderr, stdout } = await windlass.run('plan', '/tmp/domains');
  return { code, said: stdout + stderr };
}

beforeAll(async () => {
  await dom0('modprobe e1000e; modprobe xen-pciback');
});

afterEach(() => windlass.clear());

test('the card through which dom0 is reached is refused by name and not touched, and is taken once it is free', async () => {
  const name = await interfaceOf(card);
  await dom0(`ip addr add 10.8.0.5/24 dev ${name}; ip link set ${name} up`);
  await windlass.write({ nic: tiny('beat=500', { pci: [{ address: card }] }) });
  engine = windlass.up();
  const { data } = await engine.until('windlass.domain.ended', 'nic', () => true);
  expect(data.end).toMatchObject({ cause: 'plan-failed', message: expect.stringContaining(`spec.pci[0]: ${card} carries ${name}, through which the host is reached (10.8.0.5)`) as unknown });
  expect(await driverOf(card)).toBe('e1000e');
  expect(await dom0(`ip -4 -o addr show ${name}`)).toContain('10.8.0.5/24');

  // As the port of a bridge it is refused as well, without an address of its own.
  await dom0(`ip addr flush dev ${name}; ip link set ${name} down; ip link set ${name} master xenbr0`);
  const from = engine.events.length;
  await engine.until('windlass.domain.ended', 'nic', ({ end }) => end.message.includes(`${card} carries ${name}, a port of the bridge xenbr0, through which the host is reached (10.9.0.1)`), from);
  expect(await driverOf(card)).toBe('e1000e');

  await dom0(`ip link set ${name} nomaster`);
  await engine.untilRunning('nic');
  expect(await driverOf(card)).toBe('pciback');
  await windlass.write({});
  await engine.until('windlass.domain.forgotten', 'nic', () => true, from);
  // The domain waits no more than some seconds for that; xl may need longer in an emulated machine.
  await expect.poll(() => driverOf(card), { timeout: 60_000 }).toBe('e1000e');
});

test('the disk of dom0, its share and its board are refused by name', async () => {
  const ofDriver = async (driver: string): Promise<string> => (await dom0(`readlink -f /sys/bus/virtio/drivers/${driver}/virtio*`)).split('/').at(-2) ?? '';
  const [disk, share] = [await ofDriver('virtio_blk'), await ofDriver('9pnet_virtio')];
  expect(await planWith({ pci: [{ address: disk }] })).toMatchObject({ code: 1, said: expect.stringContaining(`${disk} carries vda, whose erofs somebody has mounted elsewhere`) as unknown });
  expect(await planWith({ pci: [{ address: share }] })).toMatchObject({ code: 1, said: expect.stringContaining(`${share} carries share, mounted at /project`) as unknown });
  const { said } = await planWith({ pci: [{ address: '0000:00:1f.2' }] });
  expect(said).toContain("0000:00:1f.2 shares an isolation group with 0000:00:1f.0, and that is a bridge, and part of the host's own board");
});

test('a card is taken by its isolation group, which a kernel under Xen does not number', async () => {
  await windlass.write({ nic: tiny('beat=500', { pci: [{ group: card }] }) });
  engine = windlass.up();
  await engine.untilRunning('nic', engine.events.length);
  expect(await driverOf(card)).toBe('pciback');
});

test('a Linux guest drives the card that it is given, and dom0 reaches it over the cable', async () => {
  const other = await interfaceOf('0000:00:05.0');
  await dom0(`ip addr add 10.8.0.1/24 dev ${other}; ip link set ${other} up`);
  const boot = { kernel: '/guest/full.elf', initrd: '/guest/full.ird', cmdline: 'console=hvc0 iommu=soft g.ip=10.8.0.2/24' };
  await windlass.write({ worker: wholeLinux({ boot, pci: [{ address: card }] }) });
  engine = windlass.up();
  await engine.untilRunning('worker', engine.events.length);
  const said = (): Promise<string> => dom0(`cat ${stateDirectory}/xen/worker/console.log 2> /dev/null || true`);
  await expect.poll(said, { timeout: 180_000, interval: 1_000 }).toContain('GUEST-NET');
  expect(await said()).toMatch(/e1000e 0000:00:00\.0.* eth0: .*52:54:00:11:00:01/);
  await expect.poll(async () => (await lab.exec(['ping', '-c', '1', '-W', '5', '10.8.0.2'])).code, { timeout: 60_000, interval: 1_000 }).toBe(0);
  // The guest's own card answered, and no bridge of dom0.
  expect(await dom0(`ip neigh show 10.8.0.2 dev ${other}`)).toContain('52:54:00:11:00:01');
});

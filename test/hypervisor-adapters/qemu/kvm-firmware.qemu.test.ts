import { execFile, spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { hostPorts } from '../../../src/effects/host-ports.js';
import { firmwarePassed, kvmFirmware } from '../../../src/hypervisor-adapters/qemu/probe/kvm-firmware.js';
import { kvmTestArguments } from '../../../src/hypervisor-adapters/qemu/probe/kvm-test.js';
import { probe } from '../../../src/hypervisor-adapters/qemu/probe/probe.js';
import { temporaryDirectory } from '../../effects/temporary-directory.js';

const ports = hostPorts();
afterAll(() => ports.close());
const run = promisify(execFile);
const source = join(import.meta.dirname, '../../../src/hypervisor-adapters/qemu/probe/kvm-guest.S');

it('the firmware gets through on a processor that works', async () => {
  await using directory = await temporaryDirectory();
  const bios = `${directory.path}/bios`;
  await writeFile(bios, kvmFirmware());
  const { executable } = await probe(ports, directory.path, { acceleration: false });
  const { status } = spawnSync(executable ?? '', [...kvmTestArguments('tcg', 'max'), '-bios', bios], { timeout: 20_000 });
  expect(status).toBe(firmwarePassed);
});

it('the firmware is what its source says', async () => {
  await using directory = await temporaryDirectory();
  const below = (name: string): string => `${directory.path}/${name}`;
  const [as, ld] = await Promise.all([ports.files.findExecutable('as'), ports.files.findExecutable('ld')]);
  // A host without binutils has nothing to compare with.
  if (as === undefined || ld === undefined) return;
  await run(as, ['--64', '-o', below('o'), source]);
  await run(ld, ['-m', 'elf_x86_64', '-Ttext=0x7000', '--oformat', 'binary', '-e', '_start', '-o', below('bin'), below('o')]);
  const expected = await readFile(below('bin'));
  expect(Buffer.from(kvmFirmware()).equals(expected)).toBe(true);
});

it('the probe of the real QEMU comes to a verdict about KVM, and leaves no process', async () => {
  await using directory = await temporaryDirectory();
  const facts = await probe(ports, directory.path);
  expect(facts).toMatchObject({ usable: true, hypervisor: 'qemu' });
  expect(facts.machines).toContain('q35');
  expect(facts.devices).toContain('virtio-blk-pci');
  expect(facts.acceleration.reason).not.toBe('');
  expect(await ports.processes.findByArgument(`${directory.path}/qemu-kvm-firmware.bin`)).toEqual([]);
  expect(await probe(ports, directory.path)).toEqual(facts);
});

/** Guests that boot through UEFI, from firmware that knows Xen. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { toStderr } from '../progress.js';
import { type Product, stateDirectory } from './product.js';
import { productLab } from './product-lab.js';
import { typedUntil } from './typing.js';
import { buildBootDisk } from './uefi/boot-disk.js';
import { copyOldFirmware, copyOrdinaryFirmware, givenOvmfXen, withOldEmulator } from './uefi/firmware.js';

type Spec = Parameters<Product['write']>[0][string];

/** Firmware takes three minutes on cores that others want as well. Milliseconds. */
const patience = 900_000;

const { lab, windlass } = productLab({
  variant: withOldEmulator,
  async prepare(share) {
    await buildBootDisk(join(share, 'efi.img'));
    await copyOldFirmware(join(share, 'OVMF.fd'));
    await copyOrdinaryFirmware(join(share, 'ordinary.fd'));
    if (givenOvmfXen !== undefined) copyFileSync(givenOvmfXen, join(share, 'OvmfXen.fd'));
  },
});

const debian = '/usr/share/ovmf/OVMF.fd';
const built = '/usr/lib/xen/boot/ovmf.bin';
const guest: Spec = { memory: '256Mi', boot: { firmware: 'uefi' }, disks: [{ image: '/run/efi.img', format: 'raw' }] };
const pvh: Spec = { ...guest, xen: { type: 'pvh' } };

afterEach(async () => {
  await windlass.clear();
  // An engine knows the firmware of its host from its start on.
  await windlass.up().stop();
  await lab.exec(['rm', '-f', debian, built]);
});

/** Puts the firmware in place where packages have it. */
async function install(file: string, path: string): Promise<void> {
  await lab.exec(['mkdir', '-p', join(path, '..')]);
  await lab.exec(['cp', `/project/${file}`, path]);
  await lab.exec(['cp', '/project/efi.img', '/run/efi.img']);
}

const said = async (name: string): Promise<string> => (await lab.exec(['sh', '-c', 'cat "$0" 2> /dev/null || true', `${stateDirectory}/xen/${name}/console.log`])).stdout;

/** Runs the guest until its program has told through what firmware it came, and powers it off by a key on its console. Its log has what earlier guests of its name said. */
async function bootsAndPowersOff(name: string, spec: Spec): Promise<void> {
  await windlass.write({ [name]: spec });
  const engine = windlass.up();
  await engine.untilRunning(name);
  await expect.poll(() => said(name), { timeout: patience, interval: 2_000 }).toMatch(/UEFI 2\.\d+ of \S.*\s+HEARTBEAT 1\s/);
  const typed = typedUntil(lab, name, 'o', '! xl list "$0" > /dev/null 2>&1');
  // The firmware's own way to switch the machine off.
  const { data } = await engine.until('windlass.domain.ended', name, () => true);
  expect(data.end).toMatchObject({ cause: 'guest-power-off', incarnation: 1 });
  await typed;
}

test('an hvm guest boots its disk through Debian 11’s UEFI firmware', { timeout: patience }, async () => {
  await install('OVMF.fd', debian);
  await bootsAndPowersOff('debian', guest);
});

/** What the plan says of a document that it refuses. */
async function refusal(spec: Spec): Promise<string> {
  await windlass.write({ efi: spec });
  const { code, stderr, stdout } = await windlass.run('plan', '/tmp/domains');
  expect(code).not.toBe(0);
  return stdout + stderr;
}

test('firmware is refused by its name and by what is in it: Debian 11’s for pvh, and that of later releases for all guests', async () => {
  await install('OVMF.fd', debian);
  expect(await refusal(pvh)).toContain(`spec.boot.firmware: this host has no UEFI firmware for pvh guests of Xen (${debian} starts hvm guests only)`);
  await install('ordinary.fd', debian);
  expect(await refusal(guest)).toContain(`spec.boot.firmware: this host has no UEFI firmware for hvm guests of Xen (${debian}: nothing in it knows Xen)`);
});

if (givenOvmfXen === undefined) toStderr('LAB_XEN_OVMF names no build of OvmfXen: a pvh guest through UEFI is not tried (test/lab/xen/README.md)');

test.skipIf(givenOvmfXen === undefined)('an hvm guest boots its disk through a build of OvmfXen that LAB_XEN_OVMF names', { timeout: patience }, async () => {
  await install('OvmfXen.fd', built);
  await bootsAndPowersOff('hvm', guest);
});

test.skipIf(givenOvmfXen === undefined)('a pvh guest boots its disk through a build of OvmfXen that LAB_XEN_OVMF names', { timeout: patience }, async () => {
  await install('OvmfXen.fd', built);
  await bootsAndPowersOff('pvh', pvh);
});

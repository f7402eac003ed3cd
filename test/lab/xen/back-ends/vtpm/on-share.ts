/** Puts onto a lab's share what a scenario with vTPMs needs: their back end, a swtpm with new TPMs, and an initrd for the small Linux guest whose front end asks. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildBackEnd, buildGuestProgram, programPackages } from '../build.js';
import { writeSmallGuest } from '../small-guest.js';
import { makeTpms } from './factory.js';

const libraries = ['swtpm/libswtpm_libtpms.so.0', 'libtpms.so.0', 'libseccomp.so.2', 'libcrypto.so.3'];

/** Where they are in dom0. */
export const onShare = { backEnd: '/project/vtpm', swtpm: '/project/swtpm', stock: '/project/stock', initrd: '/project/tpm.ird' } as const;

/** `domains`: how many will have a TPM. */
export async function putVtpmOnShare(share: string, domains: number): Promise<void> {
  const tree = await programPackages(['swtpm']);
  await buildBackEnd(tree, 'vtpm', join(share, 'vtpm'));
  await buildGuestProgram(tree, 'guest/ask-tpm', join(share, 'ask-tpm'));
  mkdirSync(join(share, 'swtpm'));
  copyFileSync(join(tree, 'usr/bin/swtpm'), join(share, 'swtpm/swtpm'));
  for (const library of libraries) copyFileSync(join(tree, 'usr/lib/x86_64-linux-gnu', library), join(share, 'swtpm', library.replace('swtpm/', '')));
  await makeTpms(domains, { directory: join(share, 'stock'), swtpm: join(share, 'swtpm'), tree });
  await writeSmallGuest(join(share, 'tpm.ird'), ['xen-tpmfront'], { 'ask-tpm': join(share, 'ask-tpm') });
}

/** Puts onto a lab's share what a scenario with pvcalls needs: the back end, and an initrd for the small Linux guest with the front end as /lab/sockets. */
import { join } from 'node:path';
import { buildBackEnd, buildFrontEnd, programPackages } from '../build.js';
import { writeSmallGuest } from '../small-guest.js';

/** Where they are in dom0. */
export const onShare = { backEnd: '/project/pvcalls', initrd: '/project/sockets.ird' } as const;

export async function putPvcallsOnShare(share: string): Promise<void> {
  const tree = await programPackages();
  await buildBackEnd(tree, 'pvcalls', join(share, 'pvcalls'));
  await buildFrontEnd(tree, 'sockets', join(share, 'sockets'));
  await writeSmallGuest(join(share, 'sockets.ird'), ['xen-evtchn', 'xen-gntalloc'], { sockets: join(share, 'sockets') });
}

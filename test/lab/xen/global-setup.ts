import { toStderr } from '../progress.js';
import { wantedRelease } from './build/xen-release.js';
import { handOver, prepareXenLab, wantedStore } from './prepare.js';

/** Before the first scenario: the lab is built, or the run ends with the reason why not. */
export async function setup(): Promise<void> {
  const began = performance.now();
  handOver(await prepareXenLab(wantedRelease(), wantedStore(), toStderr, { fresh: process.env['LAB_FRESH'] === '1' }));
  toStderr(`the Xen lab is ready after ${((performance.now() - began) / 1_000).toFixed(1)} s`);
}

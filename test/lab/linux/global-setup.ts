import { toStderr } from '../progress.js';
import { handOver, prepareLinuxGuest } from './prepare.js';

/** Before the first scenario: the guest is built, or the run ends with the reason why not. */
export async function setup(): Promise<void> {
  const began = performance.now();
  handOver(await prepareLinuxGuest(toStderr, process.env['LAB_FRESH'] === '1'));
  toStderr(`the Linux guest is ready after ${((performance.now() - began) / 1_000).toFixed(1)} s`);
}

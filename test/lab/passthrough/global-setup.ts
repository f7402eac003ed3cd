import { toStderr } from '../progress.js';
import { handOver, prepareLab } from './prepare.js';

/** Before the first scenario: the lab is built, or the run ends with the reason why not. */
export async function setup(): Promise<void> {
  const began = performance.now();
  handOver(await prepareLab(toStderr, process.env['LAB_FRESH'] === '1'));
  toStderr(`the passthrough lab is ready after ${((performance.now() - began) / 1_000).toFixed(1)} s`);
}

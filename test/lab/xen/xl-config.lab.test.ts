/** The golden configurations, as the xl of the lab reads them: each Xen's own reads its settings in its own way. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readXenInfo } from '../../../src/hypervisor-adapters/xen/channel/xl/xen-info.js';
import { lateDeviceAbility } from '../../../src/hypervisor-adapters/xen/probe/late-devices.js';
import { goldenDocuments } from '../../hypervisor-adapters/xen/golden-documents.js';
import { configOf, planned } from '../../hypervisor-adapters/xen/plan-requests.js';
import { complaintsOf, expectAsMeant, type Understood } from '../../hypervisor-adapters/xen/understood-by-xl.js';
import type { Lab } from '../machine/lab.js';
import { run } from './dom0-words.js';
import { startXenLab } from './lab.js';

let share: string;
let lab: Lab;
let version: string;

beforeAll(async () => {
  // Nothing of it is used: dom0 gets an empty directory, and not all that is in /tmp.
  share = await mkdtemp(`${tmpdir()}/xl-config-`);
  lab = await startXenLab({ share });
  version = readXenInfo(await run(lab, 'xl', 'info'))?.version ?? '';
});
afterAll(async () => {
  await lab.stop();
  await rm(share, { recursive: true });
});

test.each(Object.entries(goldenDocuments))('%s is taken without a complaint, and as it was meant', async (_name, { spec, facts }) => {
  const plan = planned(spec, { ...facts, version, devices: [...facts.devices, lateDeviceAbility] });
  await lab.put('/run/golden.cfg', configOf(plan));
  const { code, stderr, stdout } = await lab.exec(['xl', 'create', '-n', '/run/golden.cfg', plan.recipe.marker], { timeout: 30_000 });
  expect({ code, complaints: complaintsOf(stderr) }).toEqual({ code: 0, complaints: [] });
  expectAsMeant(JSON.parse(stdout) as Understood, plan);
});

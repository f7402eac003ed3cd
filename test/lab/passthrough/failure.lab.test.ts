/** Hardware that fails under a guest. */
import { afterEach, expect, test } from 'vitest';
import { functions, ids } from './hardware.js';
import { productLab } from './product-lab.js';
import { consoleOf, driverOf, run } from './words.js';

const { lab, windlass } = productLab();

afterEach(() => windlass.clear());

test('an error that a device reports stops its guest with an internal error of the VMM: evidence is kept, and the policy starts it again', async () => {
  await windlass.write({ unlucky: { pci: [{ address: functions.reporting }] } });
  const engine = windlass.up();
  await engine.untilRunning('unlucky');
  await expect.poll(() => consoleOf(lab, 'unlucky'), { timeout: 60_000 }).toContain('PROBE done');
  const before = engine.events.length;
  // A packet that arrives broken: uncorrectable and not fatal. The root port interrupts, the kernel tells vfio, and vfio QEMU.
  await lab.hardware.run('human-monitor-command', { 'command-line': `pcie_aer_inject_error ${ids.reporting} POISON_TLP` });
  const { data } = await engine.until('windlass.domain.ended', 'unlucky', () => true);
  expect(data.end).toMatchObject({ cause: 'internal-error', incarnation: 1 });
  const evidence = data.end.evidence ?? '';
  expect(await run(lab, 'cat', `${evidence}/console.log`)).toContain('PROBE done');
  expect(await run(lab, 'cat', `${evidence}/anchor.log`)).toContain(functions.reporting);
  expect(await engine.untilRunning('unlucky', before)).toMatchObject({ data: { incarnation: 2 } });
  expect(await driverOf(lab, functions.reporting)).toBe('vfio-pci');
});

/** Engine and xl are both killed while xl builds a domain: what they leave runs never, and is nobody's. */
import { afterEach, expect, test } from 'vitest';
import { tiny } from './product.js';
import { productLab } from './product-lab.js';

const { lab, windlass } = productLab();

afterEach(() => windlass.clear());

test('ends a domain that stayed half built, since nothing of it ever ran', async () => {
  // Nobody serves its TPM: xl has made the domain, and waits ten seconds for an answer.
  await windlass.write({ half: tiny('beat=500', { tpm: { version: '1.2' }, xen: { type: 'pv', tpmBackend: 'Domain-0' } }) });
  const first = windlass.up();
  // Stopped, so that its ten seconds cannot run out on a slow machine.
  // The pause leaves the machine's one CPU to those who are waited for.
  const stop = "until xl list half > /dev/null 2>&1; do sleep 0.5; done; exec pkill -STOP -f '[x]l create -F'";
  expect((await lab.exec(['sh', '-c', stop], { timeout: 120_000 })).code).toBe(0);
  await first.crash();
  await lab.exec(['pkill', '-KILL', '-x', 'xl']);
  expect(await windlass.domains()).toEqual(['half']);
  const second = windlass.up();
  const { data } = await second.until('windlass.domain.ended', 'half', () => true);
  expect(data.end).toMatchObject({ cause: 'launch-interrupted', incarnation: 1, message: 'xl ended before its domain was complete' });
  await windlass.write({ half: tiny() });
  await second.untilRunning('half');
  expect(await windlass.domains()).toEqual(['half']);
});

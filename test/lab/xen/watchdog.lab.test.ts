/** Xen's own watchdog, which a guest asks for by itself and needs no device for. */
import { afterEach, expect, test } from 'vitest';
import { stateDirectory, tiny } from './product.js';
import { productLab } from './product-lab.js';

const { lab, windlass } = productLab();

afterEach(() => windlass.clear());

test('a guest that Xen’s watchdog ended is told as that, its evidence is kept, and it is started again', async () => {
  await windlass.write({ watched: tiny() });
  const running = windlass.up();
  await running.untilRunning('watched');
  const before = running.events.length;
  // It asks Xen for a watchdog, and never puts it off; it beats on, since only Xen knows the difference.
  await lab.exec(['sh', '-c', 'printf "watchdog 2\\r" > "$0"', `${stateDirectory}/xen/watched/cons`]);
  const { data } = await running.until('windlass.domain.ended', 'watched', () => true);
  expect(data.end).toMatchObject({ cause: 'watchdog', incarnation: 1 });
  const { stdout } = await lab.exec(['cat', `${data.end.evidence ?? ''}/console.log`]);
  expect(stdout).toMatch(/TINY is watched\s+tiny> HEARTBEAT/);
  expect(await running.untilRunning('watched', before)).toMatchObject({ data: { incarnation: 2 } });
});

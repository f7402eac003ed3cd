/** The frame buffer of Xen with its keyboard, from both ends: a guest that draws, and somebody who looks and types. */
import { afterEach, expect, test } from 'vitest';
import { wantedRelease } from './build/xen-release.js';
import { terminalOf } from './guest-terminal.js';
import { productLab } from './product-lab.js';
import { wholeLinux } from './whole-linux.js';

const { lab, windlass } = productLab();
const letterA = { keysym: 0x61, linux: 30 };

afterEach(() => windlass.clear());

test('a VNC viewer sees what the guest draws, and the guest what is typed there', async () => {
  await windlass.write({ drawer: wholeLinux({ display: { vnc: { display: 5 } } }) });
  await windlass.up().untilRunning('drawer');
  const guest = terminalOf(lab, 'drawer');
  await guest.untilSaid(/GUEST-UP/);
  // From QEMU 10 on a viewer has to ask for a screen that is younger than the server.
  if (wantedRelease().xen !== '4.17') expect(await lab.exec(['node', '/project/dist/first-screen.js', '5905'])).toMatchObject({ code: 0, stderr: '' });
  const viewer = lab.exec(['node', '/project/dist/viewer.js', '5905', '400', '300', '4d4d4d', String(letterA.keysym)]);
  // The next events of the first input device, a line each; and every byte of the screen becomes an M, whose code is 4d.
  const listen = `hexdump -v -n 24 -e '12/2 "%u " "\\n"' /dev/input/event0 &`;
  await guest.ask(`${listen} tr "\\000" M < /dev/zero | head -c 1920000 > /dev/fb0; echo DR""AWN`, /DRAWN/);
  const { code, stderr, stdout } = await viewer;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({ width: 800, height: 600 });
  // A key went down: behind the time come the kind of the event, the key, and 1 for down.
  await guest.untilSaid(new RegExp(` 1 ${letterA.linux} 1 0 ?\\r?\\n`));
});

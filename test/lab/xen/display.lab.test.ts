/** The frame buffer of Xen with its keyboard, from both ends: a guest that draws, and somebody who looks and types. */
import { afterEach, expect, test } from 'vitest';
import { wantedRelease } from './build/xen-release.js';
import { type GuestTerminal, terminalOf } from './guest-terminal.js';
import { productLab } from './product-lab.js';
import { wholeLinux } from './whole-linux.js';

const { lab, windlass } = productLab();
const letterA = { keysym: 0x61, linux: 30 };
/** Every byte of the screen becomes an M, whose code is 4d. */
const draw = 'tr "\\000" M < /dev/zero | head -c 1920000 > /dev/fb0; echo DR""AWN';

afterEach(() => windlass.clear());

async function drawer(): Promise<GuestTerminal> {
  await windlass.write({ drawer: wholeLinux({ display: { vnc: { display: 5 } } }) });
  await windlass.up().untilRunning('drawer');
  const guest = terminalOf(lab, 'drawer');
  await guest.untilSaid(/GUEST-UP/);
  return guest;
}

if (wantedRelease().xen === '4.17') {
  test('a VNC viewer sees what the guest draws, and the guest what is typed there', async () => {
    const guest = await drawer();
    const viewer = lab.exec(['node', '/project/dist/viewer.js', '5905', '400', '300', '4d4d4d', String(letterA.keysym)]);
    // The next events of the first input device, a line each.
    const listen = `hexdump -v -n 24 -e '12/2 "%u " "\\n"' /dev/input/event0 &`;
    await guest.ask(`${listen} ${draw}`, /DRAWN/);
    const { code, stderr, stdout } = await viewer;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({ width: 800, height: 600 });
    // A key went down: behind the time come the kind of the event, the key, and 1 for down.
    await guest.untilSaid(new RegExp(` 1 ${letterA.linux} 1 0 ?\\r?\\n`));
  });
} else {
  // Viewers are shown an empty screen of 640x480 there (docs/adapters/xen.md).
  test('what the guest draws is on the screen of the QEMU that serves it', async () => {
    const guest = await drawer();
    await guest.ask(draw, /DRAWN/);
    const { code, stderr, stdout } = await lab.exec(['sh', '-c', 'node /project/dist/screenshot.js "$(xl domid drawer)" /run/shot.ppm && head -c 15 /run/shot.ppm && tail -c 3 /run/shot.ppm']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe('P6\n800 600\n255\nMMM');
  });
}

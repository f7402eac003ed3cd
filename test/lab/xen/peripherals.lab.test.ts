/** USB and sound of an emulated PC, as a Linux on it finds them. */
import { afterEach, expect, test } from 'vitest';
import { xenTerminalOf } from './guest-terminal.js';
import { productLab } from './product-lab.js';

const { lab, windlass } = productLab();
const letterA = { keysym: 0x61, linux: 30 };

afterEach(() => windlass.clear());

test('an hvm guest hears a USB keyboard, on which somebody types through VNC, and finds a USB device of the host and a sound card with its codec', { timeout: 900_000 }, async () => {
  await lab.exec(['modprobe', 'xhci-pci']);
  const plugged = async (): Promise<string> => (await lab.exec(['sh', '-c', 'cat /sys/bus/usb/devices/*/product'])).stdout;
  await expect.poll(plugged, { timeout: 30_000, interval: 500 }).toContain('QEMU USB Tablet');
  const boot = { kernel: '/guest/full.bzimage', initrd: '/guest/pc.ird', cmdline: 'console=hvc0 quiet' };
  await windlass.write({ desk: { memory: '192Mi', boot, sound: true, input: ['keyboard'], usb: [{ vendor: '0627', product: '0001' }], display: { vnc: { display: 6 } } } });
  const engine = windlass.up();
  await engine.untilRunning('desk');
  const guest = xenTerminalOf(lab, 'desk');
  await guest.untilSaid(/GUEST-UP/);

  // Drivers look for a codec and for what is plugged in while the shell is up already.
  const there = 'until [ -e /dev/snd/pcmC0D0p ] && cat /sys/bus/usb/devices/*/product | grep -c "USB [KT]" | grep -q 2; do sleep 1; done';
  const found = await guest.ask(`${there}; cat /sys/bus/usb/devices/*/product /sys/class/sound/hwC0D0/chip_name; echo LIS""TED`, /LISTED/);
  expect(found).toContain('QEMU USB Keyboard');
  // Nobody emulates that one for it.
  expect(found).toContain('QEMU USB Tablet');
  expect(found).toMatch(/^Generic/m);

  const listen = `for k in /sys/class/input/event*; do grep -q 'USB Keyboard' $k/device/name && hexdump -v -n 72 -e '12/2 "%u " "\\n"' /dev/input/\${k##*/} & done`;
  await guest.ask(`${listen}; echo LISTEN""ING`, /LISTENING/);
  const { code, stderr } = await lab.exec(['node', '/project/dist/viewer.js', '5906', '600', '300', '000000', String(letterA.keysym)]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  await guest.untilSaid(new RegExp(` 1 ${letterA.linux} 1 0 ?\\r?\\n`));

  // Its kernel has Xen's drivers: it is asked, and its button is not pressed.
  await windlass.write({});
  const { data } = await engine.until('windlass.domain.ended', 'desk', () => true);
  expect(data.end).toMatchObject({ cause: 'removed', rung: 'ask' });
});

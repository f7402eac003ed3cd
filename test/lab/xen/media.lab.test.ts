/** A display, its keyboard and a sound card at work, from both ends: a guest that draws, listens and plays, and the lab's own back ends in dom0. */
import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { onShare, pictureOf, putMediaOnShare, sawTooth, tone } from './back-ends/media.js';
import { terminalOf } from './guest-terminal.js';
import { productLab } from './product-lab.js';
import { wholeLinux } from './whole-linux.js';

const { lab, windlass } = productLab(putMediaOnShare);
const ending = new AbortController();
const kept = '/run/media';
const initrd = '/run/media.ird';
let backEnds: Promise<unknown>;

beforeAll(async () => {
  await lab.exec(['sh', '-c', `mkdir ${kept}; cat /guest/full.ird ${onShare.programs} > ${initrd}`]);
  const script = `${onShare.display} ${kept} 2> ${kept}/vdispl.log & display=$!; trap 'kill $display; exit' TERM; ${onShare.sound} ${kept} 2> ${kept}/vsnd.log & wait`;
  backEnds = lab.exec(['sh', '-c', script], { signal: ending.signal, timeout: 60 * 60_000 });
});
afterEach(() => windlass.clear());
afterAll(async () => {
  ending.abort();
  await backEnds;
});

const size = { width: 160, height: 120 };
const desk = wholeLinux({
  boot: { kernel: '/guest/full.elf', initrd, cmdline: 'console=hvc0 quiet' },
  display: { resolution: `${size.width}x${size.height}` },
  sound: true,
  xen: { type: 'pv', displayBackend: 'Domain-0', soundBackend: 'Domain-0' },
});

const domidOf = async (name: string): Promise<string> => (await lab.exec(['xl', 'domid', name])).stdout.trim();
const keptFile = async (name: string): Promise<Buffer> => Buffer.from((await lab.exec(['base64', `${kept}/${name}`])).stdout, 'base64');

test('what a guest draws is seen, what is typed arrives, and what it plays and records is heard', async () => {
  await windlass.write({ desk });
  const engine = windlass.up();
  await engine.untilRunning('desk');
  const domid = await domidOf('desk');
  const guest = terminalOf(lab, 'desk');
  await guest.untilSaid(/GUEST-UP/);

  await guest.ask('/lab/draw', /DRAW flipped/);
  expect((await keptFile(`${domid}.0.0.1.ppm`)).equals(pictureOf(1, size.width, size.height))).toBe(true);
  expect((await keptFile(`${domid}.0.0.2.ppm`)).equals(pictureOf(2, size.width, size.height))).toBe(true);
  await guest.ask('', /DRAW over/);

  await guest.ask(`hexdump -v -n 24 -e '12/2 "%u " "\\n"' /dev/input/event0 & echo LISTEN""ING`, /LISTENING/);
  await lab.exec(['sh', '-c', `echo key 30 > ${kept}/keys`]);
  await guest.untilSaid(/ 1 30 1 0 ?\r?\n/);

  await guest.ask('/lab/sound play', /SOUND played/);
  expect((await keptFile(`${domid}.0.0.0.raw`)).equals(tone())).toBe(true);
  const heard = await guest.ask('/lab/sound record > /heard; md5sum /heard', /\/heard\r?\n/);
  expect(heard).toContain(createHash('md5').update(sawTooth()).digest('hex'));
});

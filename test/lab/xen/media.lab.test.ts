/** A display, its keyboard and a sound card at work, from both ends: guests that draw, listen and play, and the lab's own back ends in dom0. */
import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { onShare, pictureOf, putMediaOnShare, sawTooth, tone } from './back-ends/media.js';
import { type GuestTerminal, terminalOf } from './guest-terminal.js';
import { type Product, tiny } from './product.js';
import { productLab } from './product-lab.js';
import { wholeLinux } from './whole-linux.js';

const { lab, windlass } = productLab({ prepare: putMediaOnShare });
const ending = new AbortController();
let backEnds: Promise<unknown> | undefined;
/** In dom0: where back ends keep what they get, and the guests' initrd. */
const kept = '/run/media';
const initrd = '/run/media.ird';

function serve(): void {
  const run = (program: string): Promise<unknown> => lab.exec(['sh', '-c', `exec ${program} ${kept} 2>> ${kept}.log`], { signal: ending.signal, timeout: 60 * 60_000 });
  backEnds ??= Promise.all([run(onShare.display), run(onShare.sound)]);
}

beforeAll(() => lab.exec(['sh', '-c', `mkdir ${kept} && cat /guest/full.ird ${onShare.programs} > ${initrd}`]));
afterEach(() => windlass.clear());
afterAll(async () => {
  ending.abort();
  await backEnds;
});

const size = { width: 160, height: 120 };
const media: Parameters<Product['write']>[0][string] = { display: { resolution: `${size.width}x${size.height}` }, input: ['keyboard', 'tablet'], sound: true };
const xen = { displayBackend: 'Domain-0', soundBackend: 'Domain-0' };
const desk = (type: 'pv' | 'pvh'): Parameters<Product['write']>[0][string] => wholeLinux({ boot: { kernel: '/guest/full.elf', initrd, cmdline: 'console=hvc0 quiet' }, ...media, xen: { ...xen, type } });

const domidOf = async (name: string): Promise<string> => (await lab.exec(['xl', 'domid', name])).stdout.trim();
const keptAs = async (name: string): Promise<Buffer> => Buffer.from((await lab.exec(['base64', `${kept}/${name}`])).stdout, 'base64');
const mediaInStore = async (): Promise<string> => (await lab.exec(['sh', '-c', 'xenstore-ls -f | grep -E "/(device|backend)/(vdispl|vinput|vkbd|vsnd)" || true'])).stdout;

/** The guest draws its two pictures, and these are the next two that its display shows. */
async function drawsAndIsSeen(guest: GuestTerminal, domid: string, first: number): Promise<void> {
  await guest.ask('/lab/draw', /DRAW flipped/);
  for (const picture of [1, 2]) {
    const seen = await keptAs(`${domid}.0.0.${first + picture - 1}.ppm`);
    expect({ picture, same: seen.equals(pictureOf(picture, size.width, size.height)) }).toEqual({ picture, same: true });
  }
  await guest.ask('', /DRAW over/);
}

async function playsAndIsHeard(guest: GuestTerminal, domid: string): Promise<void> {
  await guest.ask('/lab/sound play', /SOUND played/);
  const heard = await keptAs(`${domid}.0.0.0.raw`);
  const played = tone();
  expect({ bytes: heard.subarray(0, played.length).length, same: heard.subarray(0, played.length).equals(played) }).toEqual({ bytes: played.length, same: true });
  // Linux may let silence follow, so that nothing old is played while the card stops.
  expect(heard.subarray(played.length).every((byte) => byte === 0)).toBe(true);
}

test('a start whose display nobody serves is told by its field, and goes well once somebody does', async () => {
  await windlass.write({ early: tiny('beat=500', { ...media, xen: { ...xen, type: 'pv' } }) });
  const engine = windlass.up();
  const { data } = await engine.until('windlass.domain.ended', 'early', () => true);
  expect(data.end.message).toContain('nothing in domain 0 has answered for the display (vdispl)');
  serve();
  await engine.untilRunning('early');
});

test('what a pv guest draws is seen, what is typed arrives, what it plays and records is heard; under the next engine, too', { timeout: 600_000 }, async () => {
  serve();
  await windlass.write({ desk: desk('pv') });
  const engine = windlass.up();
  await engine.untilRunning('desk');
  const domid = await domidOf('desk');
  const guest = terminalOf(lab, 'desk');
  await guest.untilSaid(/GUEST-UP/);
  await drawsAndIsSeen(guest, domid, 1);

  // The next events of a device, a line each: behind the time come their kind, the key or axis, and its value.
  const listen = (device: number, events: number): string => `hexdump -v -n ${24 * events} -e '12/2 "%u " "\\n"' /dev/input/event${device} &`;
  await guest.ask(`${listen(0, 1)} ${listen(1, 2)} echo LISTEN""ING`, /LISTENING/);
  await lab.exec(['sh', '-c', `printf 'key 30\\npoint 80 60\\n' > ${kept}/keys`]);
  await guest.untilSaid(/ 1 30 1 0 ?\r?\n/);
  await guest.untilSaid(/ 3 0 80 0 ?\r?\n[^]* 3 1 60 0 ?\r?\n/);

  await playsAndIsHeard(guest, domid);
  const recorded = await guest.ask('/lab/sound record > /recorded; md5sum /recorded', /\/recorded\r?\n/);
  expect(recorded).toContain(createHash('md5').update(sawTooth()).digest('hex'));

  await engine.crash();
  await drawsAndIsSeen(guest, domid, 3);
  const next = windlass.up();
  expect(await next.untilRunning('desk')).toMatchObject({ data: { incarnation: 1 } });
  await playsAndIsHeard(guest, domid);

  await windlass.write({});
  const { data } = await next.until('windlass.domain.ended', 'desk', () => true);
  expect(data.end).toMatchObject({ cause: 'removed', rung: 'ask' });
  await next.until('windlass.domain.forgotten', 'desk', () => true);
  expect(await mediaInStore()).toBe('');
});

test('a pvh guest has them, too', { timeout: 600_000 }, async () => {
  serve();
  await windlass.write({ tower: desk('pvh') });
  await windlass.up().untilRunning('tower');
  const guest = terminalOf(lab, 'tower');
  await guest.untilSaid(/GUEST-UP/);
  const domid = await domidOf('tower');
  await drawsAndIsSeen(guest, domid, 1);
  await playsAndIsHeard(guest, domid);
});

/** Sockets of a guest that has no network: dom0 makes its connections, by the lab's own back end, and the guest asks by the lab's own front end. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { onShare, putPvcallsOnShare } from './back-ends/pvcalls/on-share.js';
import { run } from './dom0-words.js';
import { type GuestTerminal, terminalOf } from './guest-terminal.js';
import { type Product, tiny } from './product.js';
import { productLab } from './product-lab.js';

const { lab, windlass } = productLab({ prepare: putPvcallsOnShare });
const ending = new AbortController();
const inBackground: Promise<unknown>[] = [];
let backEnd: Promise<unknown> | undefined;

function stays(...argv: readonly string[]): Promise<unknown> {
  const over = lab.exec(argv, { signal: ending.signal, timeout: 60 * 60_000 });
  inBackground.push(over);
  return over;
}

function serve(): void {
  backEnd ??= stays('sh', '-c', `exec ${onShare.backEnd} < /dev/null > /dev/null 2> /run/pvcalls.log`);
}

/** More than the rings hold, which have two pages for each way. */
const bulk = 1024 * 1024;
/** What listens on dom0's loopback: by its port, what it does with whoever connects. */
const listeners = {
  7000: 'read -r word; echo "$word" > /run/word; echo "dom0 has $word"',
  7001: `cat /run/bulk & head -c ${bulk} > /run/got; wait`,
  7002: 'while read -r line; do echo "$line" >> /run/beats; echo "$line"; [ "$line" != over ] || exit 0; done',
  7003: 'cat; echo gone > /run/gone',
} as const;
/** Nobody listens here. */
const closed = 7009;
const ofGuest = 7010;

beforeAll(async () => {
  await lab.exec(['sh', '-c', `head -c ${bulk} /dev/urandom > /run/bulk`]);
  for (const [port, script] of Object.entries(listeners)) {
    await lab.put(`/run/on-${port}`, `#!/bin/sh\n${script}\n`, 0o755);
    void stays('socat', `TCP-LISTEN:${port},bind=127.0.0.1,reuseaddr,fork`, `EXEC:/run/on-${port}`);
  }
});
afterEach(() => windlass.clear());
afterAll(async () => {
  ending.abort();
  await Promise.all(inBackground);
});

const sockets: Parameters<Product['write']>[0][string] = { xen: { type: 'pv', pvcalls: 'Domain-0' } };
const walled: typeof sockets = { memory: '112Mi', boot: { kernel: '/guest/linux.elf', initrd: onShare.initrd, cmdline: 'console=hvc0 quiet' }, ...sockets };

const call = (port: number, command: string): string => `/lab/sockets call 127.0.0.1 ${port} sh -c '${command}'`;
const sumOf = async (path: string): Promise<string> => (await run(lab, 'md5sum', path)).slice(0, 32);
const beats = async (): Promise<number> => Number((await lab.exec(['sh', '-c', 'cat /run/beats 2> /dev/null | wc -l'])).stdout);
/** Polled, since a file in dom0 tells nobody outside of what is new. */
const untilBeats = (count: number): Promise<void> => expect.poll(beats, { timeout: 120_000, interval: 500 }).toBeGreaterThanOrEqual(count);

/** What there is of all this in dom0, beside those who listen: nodes, connections, and what the back end holds of a guest. */
async function left(): Promise<string> {
  const script = `xenstore-ls -f | grep pvcalls/
    ss -Htan | grep -v -e LISTEN -e TIME-WAIT
    pid=$(pgrep -x pvcalls); grep -e gntdev "/proc/$pid/maps"; ls -l "/proc/$pid/fd" | grep -c socket:`;
  return (await lab.exec(['sh', '-c', script])).stdout;
}
/** The back end's connection to the store. */
const nothing = '1\n';

async function isAnswered(guest: GuestTerminal, word: string): Promise<void> {
  expect(await guest.ask(call(7000, `echo ${word}; read -r answer; echo "s""o $answer." >&2`), /so .*\./)).toContain(`so dom0 has ${word}.`);
  expect((await run(lab, 'cat', '/run/word')).trim()).toBe(word);
}

test('a start whose sockets nobody serves fails by the name of that device and its field, and is tried again until somebody does', async () => {
  await windlass.write({ early: tiny('beat=500', sockets) });
  const engine = windlass.up();
  const { data } = await engine.until('windlass.domain.ended', 'early', () => true);
  expect(data.end.message).toMatch(/nothing in domain 0 has answered for the sockets \(pvcalls\).*spec\.xen\.pvcalls/);
  serve();
  await engine.untilRunning('early');
});

test('a guest without a network talks to who listens in dom0, is called by dom0, and loses no byte when its engine is killed', { timeout: 600_000 }, async () => {
  serve();
  await windlass.write({ walled });
  const engine = windlass.up();
  await engine.untilRunning('walled');
  const guest = terminalOf(lab, 'walled');
  await guest.untilSaid(/GUEST-UP/);
  expect(await guest.ask('ls /sys/class/net; echo LIS""TED', /LISTED/)).not.toMatch(/eth/);
  await isAnswered(guest, 'first');
  expect(await guest.ask(call(closed, 'true'), /SOCKETS .*/)).toContain('SOCKETS connect: Connection refused');
  await isAnswered(guest, 'second');

  // Both ways at once.
  const sums = await guest.ask(`head -c ${bulk} /dev/urandom > /bulk; ${call(7001, `cat /bulk & head -c ${bulk} > /got; wait`)}; md5sum /bulk /got; echo CAR""RIED`, /CARRIED/);
  expect([...sums.matchAll(/^([0-9a-f]{32}) {2}\/(bulk|got)/gm)].map(([, sum]) => sum)).toEqual([await sumOf('/run/got'), await sumOf('/run/bulk')]);

  await guest.ask(`/lab/sockets serve ${ofGuest} sh -c 'read -r word; echo "guest has $word"' &`, /SOCKETS listening/);
  for (const word of ['third', 'fourth']) {
    const { stdout } = await lab.exec(['socat', '-t', '60', '-', `TCP:127.0.0.1:${ofGuest}`], { stdin: `${word}\n` });
    expect(stdout).toBe(`guest has ${word}\n`);
  }
  // Whoever comes next begins anew, so that nobody listens any more.
  await guest.ask('kill $!; echo KIL""LED', /KILLED/);

  await guest.ask(`${call(7002, '{ until [ -e /stop ]; do n=$((n + 1)); echo "beat $n"; usleep 100000; done; echo over; } & cat > /back; wait')} &`, /# /);
  await untilBeats(10);
  expect(await lab.exec(['socat', '-', `TCP:127.0.0.1:${ofGuest}`])).toMatchObject({ code: 1, stderr: expect.stringContaining('Connection refused') as unknown });
  await engine.crash();
  await untilBeats(await beats() + 10);
  const next = windlass.up();
  expect(await next.untilRunning('walled')).toMatchObject({ data: { incarnation: 1 } });
  await untilBeats(await beats() + 10);
  const back = await guest.ask('touch /stop; wait; md5sum /back; echo CAR""RIED', /CARRIED/);
  expect(back).toContain(await sumOf('/run/beats'));
  const heard = (await run(lab, 'cat', '/run/beats')).trim().split('\n');
  expect(heard).toEqual([...heard.slice(1).map((_, index) => `beat ${index + 1}`), 'over']);

  // The guest goes while a connection is open.
  await guest.ask(`${call(7003, 'echo HEARD; read -r answer; echo "I $answer" >&2; sleep 3600')} &`, /I HEARD/);
  await windlass.write({});
  const { data } = await next.until('windlass.domain.ended', 'walled', () => true);
  expect(data.end).toMatchObject({ cause: 'removed', rung: 'ask' });
  await next.until('windlass.domain.forgotten', 'walled', () => true);
  await expect.poll(left, { timeout: 30_000, interval: 1_000 }).toBe(nothing);
  // Whoever listens writes it in its own time.
  await expect.poll(async () => (await lab.exec(['sh', '-c', 'cat /run/gone 2> /dev/null'])).stdout.trim(), { timeout: 30_000, interval: 500 }).toBe('gone');
});

/** A vTPM that answers: the lab's own back end in dom0, with a swtpm for each domain, and Linux's front end in the guests. */
import { createHash } from 'node:crypto';
import { afterAll, afterEach, expect, test } from 'vitest';
import { type Answer, answerOf, commands, noSuchIndex, sized } from './back-ends/vtpm/commands.js';
import { onShare, putVtpmOnShare } from './back-ends/vtpm/on-share.js';
import { type GuestTerminal, terminalOf } from './guest-terminal.js';
import { type Product, stateDirectory, tiny } from './product.js';
import { productLab } from './product-lab.js';

const { lab, windlass } = productLab({ prepare: (share) => putVtpmOnShare(share, 2) });
const ending = new AbortController();
let backEnd: Promise<unknown> | undefined;

const measured = '5a'.repeat(20);
const nothing = '00'.repeat(20);
const note = Buffer.from('kept over starts').toString('hex');
const place = 0x1001;

/** The back end, with two new TPMs in stock; once. */
function serve(): void {
  const script = `mkdir -p /run/vtpms; cp -r ${onShare.stock} /run/vtpms; export LD_LIBRARY_PATH=${onShare.swtpm}; exec ${onShare.backEnd} /run/vtpms ${onShare.swtpm}/swtpm 2> /run/vtpm.log`;
  backEnd ??= lab.exec(['sh', '-c', script], { signal: ending.signal, timeout: 60 * 60_000 });
}

afterEach(() => windlass.clear());
afterAll(async () => {
  ending.abort();
  await backEnd;
});

const tpm: Parameters<Product['write']>[0][string] = { tpm: { version: '1.2' }, xen: { type: 'pv', tpmBackend: 'Domain-0' } };
const withTpm: typeof tpm = { memory: '112Mi', boot: { kernel: '/guest/linux.elf', initrd: onShare.initrd, cmdline: 'console=hvc0 quiet' }, ...tpm };

/** Asks the guest's TPM through its /dev/tpm0. */
async function ask(guest: GuestTerminal, command: string): Promise<Answer> {
  const said = await guest.ask(`/lab/ask-tpm ${command}; echo ANSW""ERED`, /ANSWERED/);
  return answerOf(/^answer: ([0-9a-f]+)/m.exec(said)?.[1] ?? said);
}

const good = (body: unknown = ''): unknown => ({ result: 0, body });

/** The guest's next start, when it has said so many times that it is up. */
async function upAgain(name: string, times: number): Promise<GuestTerminal> {
  const guest = terminalOf(lab, name);
  await guest.untilSaid(new RegExp(Array<string>(times).fill('GUEST-UP').join('[^]*')));
  return guest;
}

test('a start whose vTPM nobody serves fails by the name of that device and its field, and is tried again until somebody does', async () => {
  await windlass.write({ early: tiny('beat=500', tpm) });
  const engine = windlass.up();
  const { data } = await engine.until('windlass.domain.ended', 'early', () => true);
  expect(data.end.message).toMatch(/nothing in domain 0 has answered for the vTPM \(vtpm\).*spec\.xen\.tpmBackend/);
  serve();
  await engine.untilRunning('early');
});

test('a guest has a TPM that measures and remembers: the same one after its next start, and another guest has another', async () => {
  serve();
  await windlass.write({ safe: withTpm });
  const engine = windlass.up();
  await engine.untilRunning('safe');
  let guest = await upAgain('safe', 1);
  const [first, second] = [await ask(guest, commands.random(16)), await ask(guest, commands.random(16))];
  expect([first.result, second.result, sized(first.body).length]).toEqual([0, 0, 32]);
  expect(first.body).not.toBe(second.body);
  expect(await ask(guest, commands.readPcr(10))).toEqual(good(nothing));
  const extended = createHash('sha1').update(Buffer.from(nothing + measured, 'hex')).digest('hex');
  expect(await ask(guest, commands.extend(10, measured))).toEqual(good(extended));
  // The kernel's own view of it.
  const pcrs = await guest.ask('cat /sys/class/tpm/tpm0/pcrs; echo LIS""TED', /LISTED/);
  expect(/PCR-10: ([0-9A-F ]+)/.exec(pcrs)?.[1]?.replaceAll(' ', '').toLowerCase()).toBe(extended);
  const key = await ask(guest, commands.readKey());
  expect(key).toMatchObject({ result: 0, body: expect.stringMatching(/^.{500,}$/) as string });
  expect(await ask(guest, commands.define(place, note.length / 2))).toEqual(good());
  expect(await ask(guest, commands.write(place, note))).toEqual(good());

  // The engine comes and goes: it is no part of the way to the TPM.
  await engine.crash();
  expect(await ask(guest, commands.readPcr(10))).toEqual(good(extended));
  const next = windlass.up();
  await next.untilRunning('safe');
  expect(await ask(guest, commands.readPcr(10))).toEqual(good(extended));

  // A start of the guest is one of its TPM: what was measured is gone, what was kept is there.
  await lab.exec(['sh', '-c', 'printf "reboot -f\\r" > "$0"', `${stateDirectory}/xen/safe/cons`]);
  const { data } = await next.until('windlass.domain.ended', 'safe', () => true);
  expect(data.end).toMatchObject({ cause: 'guest-reboot' });
  guest = await upAgain('safe', 2);
  expect(await ask(guest, commands.readPcr(10))).toEqual(good(nothing));
  expect(await ask(guest, commands.readKey())).toEqual(key);
  const kept = await ask(guest, commands.read(place, note.length / 2));
  expect([kept.result, sized(kept.body)]).toEqual([0, note]);

  await windlass.write({ safe: withTpm, other: withTpm });
  await next.untilRunning('other');
  const otherGuest = await upAgain('other', 1);
  const otherKey = await ask(otherGuest, commands.readKey());
  expect(otherKey.result).toBe(0);
  expect(otherKey.body).not.toBe(key.body);
  expect(await ask(otherGuest, commands.read(place, note.length / 2))).toMatchObject({ result: noSuchIndex });

  await windlass.clear();
  const left = await lab.exec(['sh', '-c', 'xenstore-ls -f | grep vtpm/; pgrep -x swtpm; ls /run/vtpms; ls /run/vtpms/stock']);
  // Two TPMs are kept by their UUIDs, and the stock has none.
  expect(left.stdout).toMatch(/^[0-9a-f-]{36}\n[0-9a-f-]{36}\nstock\n$/);
});

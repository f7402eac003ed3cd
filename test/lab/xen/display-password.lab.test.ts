/** Displays with a password, of which dom0 has one QEMU that cannot demand one, and one that can. */
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { Welcome } from '../../support/vnc-door.js';
import { terminalOf, xenTerminalOf } from './guest-terminal.js';
import { guardingQemu, shareGuardingQemu } from './guarding-qemu.js';
import { type Product, type Running, tiny } from './product.js';
import { productLab } from './product-lab.js';
import { wholeLinux } from './whole-linux.js';

const { lab, windlass } = productLab({ prepare: shareGuardingQemu });
const secret = 'hun#ter2';
const secretFile = '/run/secret';
/** What a viewer presses when it sees what it looks for. */
const letterA = '97';
let engine: Running;

type Display = NonNullable<Parameters<Product['write']>[0][string]['display']>;
const guarded = (display: number): Display => ({ vnc: { display, password: { file: secretFile } } });

beforeAll(() => lab.put(secretFile, `${secret}\n`));
afterEach(() => windlass.clear());

const knock = async (port: number, password: string): Promise<Welcome> => {
  const { code, stderr, stdout } = await lab.exec(['node', '/project/dist/knock.js', String(port)], { stdin: password });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Welcome;
};

/** Nobody gets in but who knows the password. */
async function expectGuarded(port: number): Promise<void> {
  expect(await knock(port, '')).toEqual({ demands: [2], letIn: false });
  expect(await knock(port, 'hun#ter3')).toEqual({ demands: [2], letIn: false });
  expect(await knock(port, secret)).toEqual({ demands: [2], letIn: true });
}

/** The file that the document names has it, and nothing else: no other file or log, no argument or environment, no node of the store, no event. */
async function expectSecret(): Promise<void> {
  const everywhere = 'grep -rlsF -D skip -f "$0" /run /var /tmp /etc /root /proc/[0-9]*/cmdline /proc/[0-9]*/environ; xenstore-ls -f | grep -F -f "$0"; true';
  expect((await lab.exec(['sh', '-c', everywhere, secretFile])).stdout.trim()).toBe(secretFile);
  expect(JSON.stringify(engine.events)).not.toContain(secret);
}

/** The size of the screen, as soon as a viewer with the password sees that colour on it. */
async function look(port: number, colour: string): Promise<unknown> {
  const { code, stderr, stdout } = await lab.exec(['node', '/project/dist/viewer.js', String(port), '400', '300', colour, letterA], { stdin: secret });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

const portOf = async (name: string): Promise<string> => (await lab.exec(['sh', '-c', 'xenstore-read "/local/domain/$(xl domid "$0")/console/vnc-port"', name])).stdout.trim();

test('who knows the password sees what a pv guest draws, and nobody else does; with another engine, too', { timeout: 900_000 }, async () => {
  await windlass.write({ drawer: wholeLinux({ xen: { type: 'pv', deviceModel: guardingQemu }, display: guarded(5) }) });
  engine = windlass.up();
  await engine.untilRunning('drawer');
  expect(await portOf('drawer')).toBe('5905');
  await expectGuarded(5905);
  await expectSecret();
  for (const end of ['stop', 'crash'] as const) {
    await engine[end]();
    engine = windlass.up();
    await engine.untilRunning('drawer');
    await expectGuarded(5905);
    await expectSecret();
  }
  const guest = terminalOf(lab, 'drawer');
  await guest.untilSaid(/GUEST-UP/);
  // Every byte of the screen becomes an M, whose code is 4d.
  await guest.ask(`tr "\\000" M < /dev/zero | head -c 1920000 > /dev/fb0; echo DR""AWN`, /DRAWN/);
  const { code, stderr } = await lab.exec(['node', '/project/dist/first-screen.js', '5905'], { stdin: secret });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(await look(5905, '4d4d4d')).toEqual({ width: 800, height: 600 });
});

test('who knows the password sees what an hvm guest draws, and nobody else does', { timeout: 900_000 }, async () => {
  const boot = { kernel: '/guest/full.bzimage', initrd: '/guest/pc.ird', cmdline: 'console=hvc0 quiet' };
  await windlass.write({ pc: { memory: '192Mi', boot, xen: { type: 'hvm', deviceModel: guardingQemu }, display: guarded(6) } });
  engine = windlass.up();
  await engine.untilRunning('pc');
  await expectGuarded(5906);
  const guest = xenTerminalOf(lab, 'pc');
  await guest.untilSaid(/GUEST-UP/);
  // A terminal of 80 by 25 characters, all of whose background is the blue of VGA: 42 of 63.
  await guest.ask('printf "\\033[44m\\033[2J" > /dev/tty1; echo DR""AWN', /DRAWN/);
  expect(await look(5906, '0000a8')).toEqual({ width: 720, height: 400 });
  await expectSecret();
});

test('it is refused by its name where no QEMU can demand one: not Xen’s own, and not one that the document names', async () => {
  const own = '/usr/libexec/xen-qemu-system-i386';
  await windlass.write({ desk: tiny('beat=500', { display: guarded(7) }), named: tiny('beat=500', { xen: { type: 'pv', deviceModel: own }, display: guarded(8) }) });
  const { code, stdout, stderr } = await windlass.run('plan', '/tmp/domains');
  expect(code).not.toBe(0);
  expect(stdout + stderr).toMatch(/spec\.display\.vnc\.password: the QEMU of this Xen takes no VNC password/);
  expect(stdout + stderr).toMatch(/spec\.display\.vnc\.password: \/usr\/libexec\/xen-qemu-system-i386 takes no VNC password/);
});

test('a guest whose display does not take its password is never let run, and the password is nowhere', async () => {
  // The QEMU that there is, but that it is not told to demand one when it starts. Who asks beforehand is told that all is well.
  const script = ['#!/bin/sh', 'case "$*" in *qtest*) exit 0 ;; esac', 'for word; do shift; set -- "$@" "${word%,password=on}"; done', 'exec /usr/libexec/xen-qemu-system-i386 "$@"', ''];
  await lab.put('/run/qemu', script.join('\n'), 0o755);
  await windlass.write({ desk: tiny('beat=500', { xen: { type: 'pv', deviceModel: '/run/qemu' }, restart: 'Never', display: guarded(7) }) });
  engine = windlass.up();
  const { data } = await engine.until('windlass.domain.ended', 'desk', () => true);
  expect(data.end).toMatchObject({ cause: 'boot-failed', message: expect.stringContaining('refused set_password') as unknown });
  const { stdout } = await lab.exec(['sh', '-c', 'cat "$0"/*; true', data.end.evidence ?? '']);
  expect(stdout).toContain('set_password');
  expect(stdout).not.toContain('HEARTBEAT');
  await expectSecret();
});

import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { chooseInstallation, findOnPath } from '../../scripts/ensure-qemu.mjs';

const script = join(import.meta.dirname, '../../scripts/ensure-qemu.mjs');

describe('how QEMU would be installed', () => {
  const asRoot = (manager: string): string[] => {
    const choice = chooseInstallation({ available: [manager], root: true, sudo: false });
    return choice.kind === 'run' ? choice.steps.map(({ argv }) => argv.join(' ')) : [`ask: ${choice.command ?? ''}`];
  };
  const asUser = (manager: string, sudo: boolean): string | undefined => {
    const choice = chooseInstallation({ available: [manager], root: false, sudo });
    return choice.kind === 'ask' ? choice.command : `run: ${choice.manager}`;
  };

  test.each([
    ['apt-get', ['apt-get update -q', 'apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=120 qemu-system-x86']],
    ['dnf', ['dnf install -y --setopt=install_weak_deps=False qemu-system-x86-core']],
    ['apk', ['apk add --no-cache qemu-system-x86_64']],
    ['pacman', ['pacman -Sy --noconfirm --needed qemu-base']],
    ['brew', ['ask: brew install qemu']],
  ])('root with %s', (manager, steps) => {
    expect(asRoot(manager)).toEqual(steps);
  });

  test.each([
    ['apt-get', 'sudo apt-get update && sudo apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=120 qemu-system-x86'],
    ['dnf', 'sudo dnf install -y --setopt=install_weak_deps=False qemu-system-x86-core'],
    ['apk', 'sudo apk add --no-cache qemu-system-x86_64'],
    ['pacman', 'sudo pacman -Sy --noconfirm --needed qemu-base'],
    ['brew', 'run: brew'],
  ])('somebody else with %s', (manager, command) => {
    expect(asUser(manager, true)).toBe(command);
  });

  test('without sudo the advice does not name it', () => {
    expect(asUser('dnf', false)).toMatch(/^dnf install/);
  });

  test("the system's own package manager goes before brew", () => {
    expect(chooseInstallation({ available: ['brew', 'apt-get'], root: true, sudo: true })).toMatchObject({ kind: 'run', manager: 'apt-get' });
  });

  test('a failing update does not stop the installation, a failing installation does', () => {
    const choice = chooseInstallation({ available: ['apt-get'], root: true, sudo: true });
    expect(choice.kind === 'run' && choice.steps.map(({ mayFail }) => mayFail)).toEqual([true, false]);
  });

  test('no package manager at all', () => {
    expect(chooseInstallation({ available: [], root: true, sudo: true })).toMatchObject({ kind: 'ask', command: undefined });
  });
});

/** Runs the script on a machine that has these programs, each a shell script, and nothing else. */
async function onMachineWith(programs: Readonly<Record<string, string>>): Promise<{ code: number; stderr: string; stdout: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'ensure-qemu-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(join(directory, name), `#!/bin/sh\nD=${directory}\n${body}\n`);
    chmodSync(join(directory, name), 0o755);
  }
  return new Promise((resolve) => {
    execFile(process.execPath, [script], { env: { PATH: directory } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

describe('the script', () => {
  const root = process.geteuid?.() === 0;
  // A machine whose package manager works without a password, for whoever runs this test.
  const installs = '/bin/ln -s /bin/true "$D/qemu-system-x86_64"';
  const willing = (install: string): Record<string, string> =>
    root ? { 'apt-get': `case $1 in update) exit 100;; esac\n${install}` } : { brew: install };

  test('says nothing and does nothing where QEMU is there', async () => {
    expect(await onMachineWith({ 'qemu-system-x86_64': '' })).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('installs it, saying what it runs', async () => {
    const { code, stderr } = await onMachineWith(willing(installs));
    expect(stderr).toMatch(/is missing; running: (apt-get|brew) /);
    expect(stderr).toMatch(/installed .*qemu-system-x86_64/);
    expect(code).toBe(0);
  });

  test('stops with the command when the installation fails', async () => {
    const { code, stderr } = await onMachineWith(willing('exit 3'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/failed \(3\)\. Run this yourself:\n\n {2}(apt-get|brew) install/);
  });

  test('stops when the package manager is content and QEMU is still missing', async () => {
    const { code, stderr } = await onMachineWith(willing('exit 0'));
    expect(code).toBe(1);
    expect(stderr).toContain('still not on PATH');
  });

  test('stops with the exact command where it may not install', async () => {
    const { code, stderr } = await onMachineWith(root ? { brew: 'exit 9' } : { 'apt-get': 'exit 9', sudo: 'exit 9' });
    expect(code).toBe(1);
    expect(stderr).toMatch(/\n\n {2}(brew install qemu|sudo apt-get update && sudo apt-get install .*)\n/);
  });
});

test('a directory on PATH with the name of an executable is not one', () => {
  const directory = mkdtempSync(join(tmpdir(), 'ensure-qemu-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  expect(findOnPath('.', directory)).toBeUndefined();
});

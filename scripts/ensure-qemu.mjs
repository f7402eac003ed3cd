#!/usr/bin/env node
/**
 * Makes sure that qemu-system-x86_64 is there, before `npm test` and `npm run demo`: installs it with the system's package manager where
 * that needs no password, and otherwise stops with the exact command to run. Plain Node, since it runs before anything is built.
 *
 * A machine that has QEMU pays one look at PATH and no process.
 */
import { spawn } from 'node:child_process';
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const executable = 'qemu-system-x86_64';

/** An installation that takes longer is stuck on a lock, a mirror or a question. Milliseconds. */
const deadline = 10 * 60_000;

/**
 * In order of preference: a machine may have brew beside its own. `update` may fail (one dead mirror is no reason to give up), `install`
 * may not. apt without recommended packages: they are a desktop user's (GTK, audio).
 */
const managers = [
  {
    name: 'apt-get',
    asRoot: true,
    update: ['apt-get', 'update', '-q'],
    install: ['apt-get', 'install', '-y', '-q', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120', 'qemu-system-x86'],
  },
  { name: 'dnf', asRoot: true, install: ['dnf', 'install', '-y', '--setopt=install_weak_deps=False', 'qemu-system-x86-core'] },
  { name: 'apk', asRoot: true, install: ['apk', 'add', '--no-cache', 'qemu-system-x86_64'] },
  { name: 'pacman', asRoot: true, install: ['pacman', '-Sy', '--noconfirm', '--needed', 'qemu-base'] },
  { name: 'brew', asRoot: false, install: ['brew', 'install', 'qemu'] },
];

/** `available`: names found on PATH. `root`: effective uid 0. `sudo`: is there a sudo to name in the advice? Pure. */
export function chooseInstallation({ available, root, sudo }) {
  const manager = managers.find(({ name }) => available.includes(name));
  if (manager === undefined) {
    return { kind: 'ask', command: undefined, reason: `none of ${managers.map(({ name }) => name).join(', ')} is here` };
  }
  const steps = [
    ...(manager.update === undefined ? [] : [{ argv: manager.update, mayFail: true }]),
    { argv: manager.install, mayFail: false },
  ];
  if (manager.asRoot === root) return { kind: 'run', manager: manager.name, steps };
  const words = steps.map(({ argv }) => argv.filter((word) => word !== '-q').join(' '));
  if (!manager.asRoot) return { kind: 'ask', command: words.join(' && '), reason: `${manager.name} does not run as root; as another user` };
  const line = words.map((word) => (sudo ? `sudo ${word}` : word)).join(' && ');
  return { kind: 'ask', command: line, reason: sudo ? 'installing it needs root' : 'installing it needs root, and there is no sudo; as root' };
}

/** Absolute path of an executable on PATH, or undefined. */
export function findOnPath(name, path = process.env.PATH ?? '') {
  for (const directory of path.split(delimiter)) {
    if (directory === '') continue;
    const candidate = join(directory, name);
    try {
      accessSync(candidate, constants.X_OK);
      if (statSync(candidate).isFile()) return candidate;
    } catch {
      // Not in this directory.
    }
  }
  return undefined;
}

/** Runs one step with nothing on stdin; resolves to its exit code, or the reason why there is none. */
function run(argv, until) {
  return new Promise((resolve) => {
    const [command, ...args] = argv;
    const child = spawn(command, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', HOMEBREW_NO_AUTO_UPDATE: '1' },
      timeout: Math.max(1, until - Date.now()),
    });
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(code ?? `ended by ${signal}${Date.now() >= until ? ` after ${deadline / 60_000} minutes` : ''}`));
  });
}

/**
 * Resolves to the path of qemu-system-x86_64, installing it if needed. Rejects with an Error whose message ends with the command to run.
 * `say` receives what it is doing, a line at a time; it says nothing when QEMU is there.
 */
export async function ensureQemu(say = (line) => process.stderr.write(`${line}\n`)) {
  const present = findOnPath(executable);
  if (present !== undefined) return present;
  const available = managers.map(({ name }) => name).filter((name) => findOnPath(name) !== undefined);
  const choice = chooseInstallation({ available, root: process.geteuid?.() === 0, sudo: findOnPath('sudo') !== undefined });
  if (choice.kind === 'ask') {
    throw new Error(`${executable} is missing and ${choice.reason}:\n\n  ${choice.command ?? `install QEMU so that ${executable} is on PATH`}\n`);
  }
  const until = Date.now() + deadline;
  for (const { argv, mayFail } of choice.steps) {
    say(`${executable} is missing; running: ${argv.join(' ')}`);
    const outcome = await run(argv, until);
    if (outcome !== 0 && !mayFail) throw new Error(`installing QEMU failed (${outcome}). Run this yourself:\n\n  ${argv.join(' ')}\n`);
  }
  const installed = findOnPath(executable);
  if (installed === undefined) throw new Error(`${choice.manager} succeeded, but ${executable} is still not on PATH (${process.env.PATH})`);
  say(`installed ${installed}`);
  return installed;
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    await ensureQemu();
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

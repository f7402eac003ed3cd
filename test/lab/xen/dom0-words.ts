/** What scenarios are told in: commands that must succeed, guests' configurations, and waits for what a guest says. */
import type { Dom0 } from './lab.js';

/** A Linux guest is up after ten seconds on an idle host, and after minutes on a busy one. Milliseconds. */
const wordDeadline = 180_000;

/** Runs a command that must succeed; resolves to what it printed: xl tells what it does on stderr, too. */
export async function run(lab: Dom0, ...argv: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await lab.exec(argv);
  if (code !== 0) throw new Error(`${argv.join(' ')} failed (${code}): ${stderr}${stdout}`);
  return stdout + stderr;
}

export interface Guest {
  readonly name: string;
  readonly type?: 'pv' | 'pvh';
  /** Default: the tiny one, which takes 8 MiB and is up at once. */
  readonly kind?: 'tiny' | 'linux';
  /** Words of its kernel's command line. */
  readonly words?: string;
  readonly disk?: string;
  readonly vif?: string;
}

/** Writes a guest's configuration into dom0; resolves to its path. */
export async function writeConfig(lab: Dom0, { name, type = 'pv', kind = 'tiny', words = '', disk, vif }: Guest): Promise<string> {
  const kernel = kind === 'tiny' ? { kernel: '/guest/tinypv', memory: 8, extra: words } : { kernel: '/guest/linux.elf', ramdisk: '/guest/linux.ird', memory: 160, extra: `console=hvc0 quiet ${words}` };
  const values = { name, type, ...kernel, ...(disk === undefined ? {} : { disk: [disk] }), ...(vif === undefined ? {} : { vif: [vif] }) };
  const path = `/run/${name}.cfg`;
  // Strings, numbers and lists of strings without quotes in them look the same in JSON and in xl's own form.
  await lab.put(path, Object.entries(values).map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`).join(''));
  return path;
}

/** Creates a guest with xl; resolves when xl is done with it, whether the guest is up or not. */
export async function create(lab: Dom0, guest: Guest): Promise<void> {
  await run(lab, 'xl', 'create', '-q', await writeConfig(lab, guest));
}

/** Resolves to all that the guest's console said, as soon as that matches. */
export async function untilGuestSays(lab: Dom0, name: string, pattern: RegExp, deadline = wordDeadline): Promise<string> {
  const found = new AbortController();
  let said = '';
  const onStdout = (text: string): void => {
    said += text;
    if (pattern.test(said)) found.abort();
  };
  await lab.exec(['tail', '-n', '+1', '-F', `/var/log/xen/guest-${name}.log`], { signal: found.signal, timeout: deadline, onStdout });
  return said;
}

/** Names of the guests that there are, as xl has them. */
export async function guestNames(lab: Dom0): Promise<readonly string[]> {
  const lines = (await run(lab, 'xl', 'list')).trim().split('\n').slice(1);
  return lines.map((line) => line.split(/\s+/)[0] ?? '').filter((name) => name !== 'Domain-0');
}

/** Resolves when xl has collected the guest: it shuts down first, and its nodes and name go a moment later. */
export async function untilGone(lab: Dom0, name: string, deadline = wordDeadline): Promise<void> {
  const until = Date.now() + deadline;
  // Polled, since no event of xl's names the domain that went.
  while ((await guestNames(lab)).includes(name)) if (Date.now() > until) throw new Error(`${name} is still there`);
}

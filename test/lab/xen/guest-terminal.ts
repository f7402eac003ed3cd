/** The console of a guest that Windlass runs in dom0, as its users have it: a terminal to type on, and a log of what was said. */
import { expect } from 'vitest';
import type { Dom0 } from './lab.js';
import { stateDirectory } from './product.js';

/** For a boot and its slowest command, on a machine that others use as well. Milliseconds. */
const patience = 600_000;

export interface GuestTerminal {
  /** All that the guest has said so far; nothing before it runs. */
  readonly said: () => Promise<string>;
  /** Resolves to what the guest has said, as soon as that matches. */
  readonly untilSaid: (pattern: RegExp) => Promise<string>;
  /** Types a line, and resolves to what follows it as soon as that matches; the echo of the line is left out where it was not broken. */
  readonly ask: (line: string, pattern: RegExp) => Promise<string>;
}

/** The console of a pv or pvh guest, as the state directory has it. */
export function terminalOf(lab: Dom0, name: string): GuestTerminal {
  const directory = `${stateDirectory}/xen/${name}`;
  return terminal(lab, `${directory}/console.log`, `echo ${directory}/cons`);
}

/** The console that every guest of Xen has, by xenconsoled; on hvm it is a hundred times as fast as the serial port, whose every byte goes through QEMU. */
export function xenTerminalOf(lab: Dom0, name: string): GuestTerminal {
  return terminal(lab, `/var/log/xen/guest-${name}.log`, `xenstore-read "/local/domain/$(xl domid ${name})/console/tty"`);
}

/** `where`: a command that says the path to type to. */
function terminal(lab: Dom0, log: string, where: string): GuestTerminal {
  const said = async (): Promise<string> => (await lab.exec(['sh', '-c', 'cat "$0" 2> /dev/null || true', log])).stdout;
  const until = async (pattern: RegExp, read: () => Promise<string>): Promise<string> => {
    // Polled, since a log in dom0 tells nobody outside of what is new.
    await expect.poll(read, { timeout: patience, interval: 2_000 }).toMatch(pattern);
    return await read();
  };
  return {
    said,
    untilSaid: (pattern) => until(pattern, said),
    async ask(line, pattern) {
      const before = (await said()).length;
      await lab.exec(['sh', '-c', `printf '%s\\r' "$0" > "$(${where})"`, line]);
      return await until(pattern, async () => (await said()).slice(before).replaceAll(line, ''));
    },
  };
}

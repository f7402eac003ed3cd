/** The outside view: processes of a state directory as /proc shows them, whatever the engine says. */
import { readdirSync, readFileSync } from 'node:fs';

/** Living processes that carry a path of this directory as an argument; a zombie has no arguments. */
export function processesOf(directory: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter((pid) => argumentsOf(pid).includes(`${directory}/`));
}

/** The end of a demo that was interrupted twice: nothing asks any more. */
export function killAllOf(directory: string): void {
  for (const pid of processesOf(directory)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself meanwhile.
    }
  }
}

function argumentsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

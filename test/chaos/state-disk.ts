/** The file system of the state directory: a small tmpfs of its own where this user may mount one, else an injected fault. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface StateDisk {
  /** False: what is full must be injected into the engine. */
  readonly isReal: boolean;
  /** The state directory. */
  readonly root: string;
  readonly full: () => boolean;
  fill(): void;
  free(): void;
  close(): void;
}

const bytes = 48 * 2 ** 20;

export function createStateDisk(directory: string): StateDisk {
  const mountPoint = join(directory, 'disk');
  mkdirSync(mountPoint);
  const isReal = mounted(mountPoint);
  const ballast = join(mountPoint, 'ballast');
  let full = false;
  return {
    isReal,
    root: join(mountPoint, 's'),
    full: () => full,
    fill() {
      full = true;
      if (isReal) fillUp(ballast, mountPoint);
    },
    free() {
      full = false;
      rmSync(ballast, { force: true });
    },
    close() {
      rmSync(ballast, { force: true });
      if (isReal) execFileSync('umount', ['--lazy', mountPoint]);
    },
  };
}

function mounted(path: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'windlass-chaos', path], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Others write meanwhile: the rest is taken until nothing is left. */
function fillUp(ballast: string, mountPoint: string): void {
  try {
    for (let turn = 0; turn < 3; turn += 1) {
      const { bavail, bsize } = statfsSync(mountPoint);
      writeFileSync(ballast, Buffer.alloc(bavail * bsize), { flag: 'a' });
    }
  } catch {
    // Full, which was wanted.
  }
}

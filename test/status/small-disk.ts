import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { errnoOf } from '../../src/effects/errno.js';
import { hostPorts } from '../../src/effects/host-ports.js';
import type { Ports } from '../../src/effects/ports.js';
import { WindlassError } from '../../src/errors.js';
import { temporaryDirectory } from '../effects/temporary-directory.js';

/** A file system that can be filled: a tmpfs of 256 KiB where this user may mount one, else ports that say so. */
export interface SmallDisk extends AsyncDisposable {
  readonly root: string;
  readonly ports: Ports;
  /** To the last byte. */
  fill(): void;
  /** Makes room again. */
  free(): void;
}

export async function smallDisk(): Promise<SmallDisk> {
  const directory = await temporaryDirectory();
  const root = directory.path;
  try {
    run(['mount', '-t', 'tmpfs', '-o', 'size=256k,mode=0700', 'tmpfs', root]);
  } catch {
    return pretended(directory);
  }
  return {
    root,
    ports: hostPorts(),
    fill: () => fillUp(`${root}/filler`),
    free: () => rmSync(`${root}/filler`),
    [Symbol.asyncDispose]: async () => {
      run(['umount', '-l', root]);
      await directory[Symbol.asyncDispose]();
    },
  };
}

function run([tool = '', ...args]: readonly string[]): void {
  execFileSync(tool, args, { stdio: 'ignore' });
}

function fillUp(path: string): void {
  for (let block = 65_536; block >= 1; ) {
    try {
      writeFileSync(path, Buffer.alloc(block, 'x'), { flag: 'a' });
    } catch (thrown) {
      if (errnoOf(thrown) !== 'ENOSPC') throw thrown;
      block = Math.floor(block / 2);
    }
  }
}

function pretended(directory: AsyncDisposable & { readonly path: string }): SmallDisk {
  const real = hostPorts();
  let full = false;
  const asIf = <Result>(work: () => Promise<Result>): Promise<Result> => (full ? Promise.reject(new WindlassError('FILE_NO_SPACE', 'no space left on device', { retryable: true })) : work());
  return {
    root: directory.path,
    ports: {
      ...real,
      files: { ...real.files, writeAtomic: (...given) => asIf(() => real.files.writeAtomic(...given)) },
      growing: {
        ...real.growing,
        append: async (path, mode) => {
          const file = await real.growing.append(path, mode);
          return { ...file, append: (bytes) => asIf(() => file.append(bytes)) };
        },
      },
    },
    fill: () => (full = true),
    free: () => (full = false),
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}

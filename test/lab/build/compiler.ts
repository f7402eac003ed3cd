import { join } from 'node:path';
import { execa } from 'execa';
import { findOnPath } from '../../../scripts/ensure-qemu.mjs';

/** What a lab needs of Debian where `hostHasCompiler` says no: guests are a page of C. */
export const compilerPackages: readonly string[] = ['gcc', 'binutils'];

export function hostHasCompiler(): boolean {
  return findOnPath('gcc') !== undefined && findOnPath('ld') !== undefined;
}

/** Runs gcc or ld: the host's, or that of the unpacked packages where the host has none. */
export async function compile(tree: string, tool: 'gcc' | 'ld', args: readonly string[], cwd: string): Promise<void> {
  const ofHost = hostHasCompiler();
  const env = ofHost ? {} : { LD_LIBRARY_PATH: join(tree, 'usr/lib/x86_64-linux-gnu'), PATH: `${join(tree, 'usr/bin')}:${process.env['PATH'] ?? ''}` };
  await execa(ofHost ? tool : join(tree, 'usr/bin', tool), args, { cwd, env, timeout: 60_000 });
}

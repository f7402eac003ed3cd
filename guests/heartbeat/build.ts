/**
 * Builds the heartbeat guest with GNU as and ld: `npx tsx guests/heartbeat/build.ts` writes heartbeat.img beside this file.
 * The image is committed, so nobody needs an assembler to run the demo or the tests.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const source = join(import.meta.dirname, 'heartbeat.S');
const image = join(import.meta.dirname, 'heartbeat.img');

/** Is there an assembler and a linker for 32-bit x86 here? GNU as on other architectures knows no `--32`. */
export function canBuildHeartbeat(): boolean {
  try {
    execFileSync('as', ['--32', '--version'], { stdio: 'ignore' });
    return execFileSync('ld', ['-V'], { encoding: 'utf8' }).includes('elf_i386');
  } catch {
    return false;
  }
}

/** Assembles and links the source. Returns the 512 bytes of the boot sector; throws with the tool's own words when it fails. */
export function buildHeartbeat(): Uint8Array {
  const directory = mkdtempSync(join(tmpdir(), 'heartbeat-'));
  try {
    const object = join(directory, 'heartbeat.o');
    const linked = join(directory, 'heartbeat.img');
    // Some distributions make `as` add a note section, which a flat binary would begin with.
    execFileSync('as', ['--32', '-mx86-used-note=no', '-o', object, source]);
    execFileSync('ld', ['-m', 'elf_i386', '-Ttext=0x7c00', '--oformat', 'binary', '-e', '_start', '-o', linked, object]);
    return new Uint8Array(readFileSync(linked));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(image, buildHeartbeat());
}

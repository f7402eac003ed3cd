import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const boot = join(import.meta.dirname, '../../guests/heartbeat/heartbeat.img');

/** SeaBIOS cannot read a disk below 504 KiB (guests/heartbeat/README.md); padding also makes room for the kept beat number. */
const diskBytes = 1024 * 1024;

const actions = {
  'go-on': 0,
  'triple-fault': 2,
  halt: 4,
  'power-off': 6,
  reset: 8,
  silence: 10,
  panic: 12,
  watchdog: 14,
} as const;

/** What the heartbeat guest shall do; see guests/heartbeat/README.md. */
export interface HeartbeatOptions {
  /** What it does after `count` beats. */
  readonly action?: keyof typeof actions;
  /** Beats before the action, 1-255; 0 or none: never. */
  readonly count?: number;
  /** Time between beats in BIOS ticks of 1/18.2 s, 1-255. */
  readonly ticks?: number;
  /** Up to 8 ASCII characters, said behind each number. */
  readonly tag?: string;
  readonly ignoreButton?: boolean;
  /** Keep the beat number on the disk, and go on from there after a reboot. */
  readonly keepNumber?: boolean;
  readonly refuseUnplug?: boolean;
  /** Raw mode bits, added to those above. */
  readonly mode?: number;
  /** Where to write; a new temporary directory when absent, which goes some time after the test process. */
  readonly directory?: string;
  /** File name, `heartbeat.img` when absent. */
  readonly name?: string;
}

function byte(name: string, value: number, least: number): number {
  if (!Number.isInteger(value) || value < least || value > 255) throw new RangeError(`${name} must be ${least}-255, not ${value}`);
  return value;
}

/** The bytes of a bootable 1 MiB disk that holds the patched boot sector. Throws RangeError for what the image has no room for. */
export function heartbeatDisk(options: HeartbeatOptions = {}): Uint8Array {
  const disk = new Uint8Array(diskBytes);
  disk.set(readFileSync(boot));
  const bits = (options.ignoreButton === true ? 1 : 0) | (options.keepNumber === true ? 16 : 0) | (options.refuseUnplug === true ? 32 : 0);
  disk[0x1f0] = byte('mode', options.mode ?? 0, 0) | bits | actions[options.action ?? 'go-on'];
  disk[0x1f1] = byte('count', options.count ?? 0, 0);
  disk[0x1f2] = byte('ticks', options.ticks ?? 9, 1);
  const tag = Buffer.from(options.tag ?? '', 'latin1');
  if (tag.length > 8) throw new RangeError(`tag must have at most 8 characters, not ${tag.length}`);
  disk.set(tag, 0x1f4);
  return disk;
}

const prefix = 'windlass-guests-';

/** A test worker is killed rather than ended, so what it leaves behind goes when the next one comes. */
function sweep(): void {
  for (const name of readdirSync(tmpdir()).filter((each) => each.startsWith(prefix))) {
    const pid = name.slice(prefix.length).split('-')[0] ?? '';
    if (!existsSync(`/proc/${pid}`)) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

let scratch: string | undefined;
function scratchDirectory(): string {
  if (scratch === undefined) {
    sweep();
    scratch = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
  }
  return mkdtempSync(join(scratch, 'guest-'));
}

/** Writes a patched, padded heartbeat disk and returns its path. Synchronous, so that it can stand in a test's first line. */
export function heartbeatImage(options: HeartbeatOptions = {}): string {
  const path = join(options.directory ?? scratchDirectory(), options.name ?? 'heartbeat.img');
  // Sparse: the padding takes no room on the disk.
  writeFileSync(path, heartbeatDisk(options).subarray(0, 512), { mode: 0o600 });
  truncateSync(path, diskBytes);
  return path;
}

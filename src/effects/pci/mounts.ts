import { basename } from 'node:path';
import type { Reading } from './reading.js';

export interface Mount {
  /** Where it is mounted, in the mount namespace of whoever saw it. */
  readonly at: string;
  /** `major:minor` of the file system; of some, such as btrfs, that is no block device. */
  readonly device: string;
  readonly type: string;
  readonly source: string;
  /** The source as a block device: `sda1`, `dm-0`; left out where it is none. */
  readonly block?: string;
}

/** What this process sees mounted, and what the first one does: proc_pid_mountinfo(5). */
export async function readMounts(reading: Reading, proc: string, dev: string): Promise<readonly Mount[]> {
  const own = (await reading.text(`${proc}/self/mountinfo`)) ?? '';
  // Another user's process does not tell everybody; what is mounted there alone, the file system's own traces show.
  const first = (await reading.quietly(`${proc}/1/mountinfo`)) ?? '';
  const lines = new Set(`${own}\n${first}`.split('\n').map((line) => line.replace(/^\d+ \d+ /, '')));
  return Promise.all([...lines].flatMap((line) => parseLine(line) ?? []).map(async (mount) => ({ ...mount, ...(await blockNamed(reading, mount.source, dev)) })));
}

/** Names of the block devices that are swapped to. */
export async function readSwaps(reading: Reading, proc: string, dev: string): Promise<ReadonlySet<string>> {
  const lines = ((await reading.text(`${proc}/swaps`)) ?? '').split('\n').slice(1);
  const blocks = await Promise.all(lines.map((line) => blockNamed(reading, unescaped(line.split(/\s/)[0] ?? ''), dev)));
  return new Set(blocks.flatMap(({ block }) => block ?? []));
}

function parseLine(line: string): Omit<Mount, 'block'> | undefined {
  const [device, , at, ...rest] = line.split(' ');
  const dash = rest.indexOf('-');
  const [type, source] = rest.slice(dash + 1);
  return device === undefined || at === undefined || dash < 0 || type === undefined || source === undefined ? undefined : { device, at: unescaped(at), type, source: unescaped(source) };
}

async function blockNamed(reading: Reading, source: string, dev: string): Promise<{ readonly block?: string }> {
  if (!source.startsWith('/dev/')) return {};
  const target = await reading.target(`${dev}${source.slice('/dev'.length)}`);
  return { block: basename(target ?? source) };
}

/** White space and backslashes stand there in octal. */
function unescaped(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

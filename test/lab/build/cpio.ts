/** One entry of an initrd. Paths have no leading slash; a directory comes before what is in it. */
export type CpioEntry =
  | { readonly path: string; readonly kind: 'directory' }
  | { readonly path: string; readonly kind: 'link'; readonly target: string }
  | { readonly path: string; readonly kind: 'file'; readonly data: Buffer; readonly executable?: boolean };

const magic = '070701';
const modes = { directory: 0o040755, link: 0o120777, file: 0o100644, executable: 0o100755 };

/** An archive in the "newc" form that the kernel unpacks (Documentation/driver-api/early-userspace/buffer-format.rst); all is root's. */
export function cpio(entries: readonly CpioEntry[]): Buffer {
  const members = entries.map((entry, index) => member(index + 1, entry.path, modeOf(entry), dataOf(entry)));
  return Buffer.concat([...members, member(0, 'TRAILER!!!', 0, Buffer.alloc(0))]);
}

function member(inode: number, path: string, mode: number, data: Buffer): Buffer {
  const name = Buffer.from(`${path}\0`);
  //           inode  mode  uid gid links mtime size     device and special device  name's length  checksum
  const fields = [inode, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, name.length, 0];
  const header = Buffer.from(magic + fields.map((field) => field.toString(16).padStart(8, '0')).join(''));
  return Buffer.concat([padded(Buffer.concat([header, name])), padded(data)]);
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}

function modeOf(entry: CpioEntry): number {
  return entry.kind === 'file' && entry.executable === true ? modes.executable : modes[entry.kind];
}

function dataOf(entry: CpioEntry): Buffer {
  if (entry.kind === 'file') return entry.data;
  return entry.kind === 'link' ? Buffer.from(entry.target) : Buffer.alloc(0);
}

import { readFile, writeFile } from 'node:fs/promises';
import { treeTool } from '../../build/tree-tool.js';

/** Offsets in a bzImage's setup header (Documentation/arch/x86/boot.rst of Linux). */
const setupSectors = 0x1f1;
const payloadOffset = 0x248;
const payloadLength = 0x24c;
/** How Debian's kernels are compressed, by what they begin with: Debian 12's for machines, its one for clouds, and Debian 13's. */
const unpackers = [
  { magic: Buffer.from('fd377a585a00', 'hex'), tool: 'xz', args: ['-dc', '--single-stream'] },
  { magic: Buffer.from('02214c18', 'hex'), tool: 'lz4', args: ['-dc'] },
  { magic: Buffer.from('28b52ffd', 'hex'), tool: 'zstd', args: ['-dc'] },
];

/** Where the compressed kernel lies in a bzImage. The last four bytes are the unpacked size, which the kernel's build appends. */
function payloadOf(image: Buffer): Buffer {
  const start = (image.readUInt8(setupSectors) + 1) * 512 + image.readUInt32LE(payloadOffset);
  return image.subarray(start, start + image.readUInt32LE(payloadLength) - 4);
}

/** Writes the ELF inside a bzImage. Under emulation a domain builder takes eleven seconds to unpack what the host unpacks in one. */
export async function extractKernel(tree: string, image: string, to: string): Promise<void> {
  const payload = payloadOf(await readFile(image));
  const unpacker = unpackers.find(({ magic }) => payload.subarray(0, magic.length).equals(magic));
  if (unpacker === undefined) throw new Error(`how is ${image} compressed? It begins with ${payload.subarray(0, 6).toString('hex')}`);
  const { stdout } = await treeTool(tree, unpacker.tool, unpacker.args, { input: payload });
  await writeFile(to, stdout);
}

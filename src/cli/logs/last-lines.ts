import { open } from 'node:fs/promises';

const chunkSize = 65_536;
/** Bytes that are looked through for line ends, at most. */
const mostBytes = 16 * 2 ** 20;

/** Where the last lines of a file begin, as an offset in bytes; 0 where it has fewer. A last line without an end counts. */
export async function offsetOfLastLines(path: string, lines: number): Promise<number> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (lines === 0) return size;
    const least = Math.max(0, size - mostBytes);
    let wanted = lines;
    for (let end = size; end > least; ) {
      const start = Math.max(least, end - chunkSize);
      const { buffer } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
      for (let at = end - start - 1; at >= 0; at -= 1) {
        if (buffer[at] !== 0x0a || start + at === size - 1) continue;
        wanted -= 1;
        if (wanted === 0) return start + at + 1;
      }
      end = start;
    }
    return least;
  } finally {
    await file.close();
  }
}

/** The last lines of a file as text; '' where there is no such file. */
export async function lastLines(path: string, lines: number): Promise<string> {
  try {
    const offset = await offsetOfLastLines(path, lines);
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size - offset), 0, size - offset, offset);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw thrown;
  }
}

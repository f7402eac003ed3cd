/** The journal's files as their one writer has them: opened with what a crash left repaired, put aside by size, and numbers kept from reuse. */
import type { AppendingFile } from '../effects/ports/growing-files.js';
import type { Ports } from '../effects/ports.js';
import { journalName, journalNames, tailOf } from './journal-files.js';
import { newestInJournal } from './read-journal.js';

type WriterPorts = Pick<Ports, 'files' | 'growing' | 'clock'>;

export interface JournalWriting {
  readonly file: AppendingFile;
  /** Number of the newest event in the files. */
  readonly written: number;
}

const mode = 0o600;
const reservation = /^events\.reserved\.(\d+)$/;

/** Opens the journal for its one writer: a line that a crash tore is cut off. Rejects as `FilePort` does. */
export async function openJournal(ports: WriterPorts, root: string): Promise<JournalWriting> {
  const path = `${root}/${journalName}`;
  const file = await ports.growing.append(path, mode);
  try {
    const reading = await ports.growing.read(path);
    const tail = reading === undefined ? { sequence: 0, end: 0 } : await tailOf(reading).finally(() => reading.close());
    if (tail.end < file.size()) await file.cut(tail.end);
    return { file, written: tail.sequence === 0 ? await newestInJournal(ports, root) : tail.sequence };
  } catch (thrown) {
    await file.close();
    throw thrown;
  }
}

/** Puts the file aside as `.1`, those before it one further, and begins the next. A crash in between leaves a number out, which nobody minds. */
export async function rotateJournal(ports: WriterPorts, root: string, file: AppendingFile, { keep, sync }: { readonly keep: number; readonly sync: 'ends' | 'never' }): Promise<AppendingFile> {
  // Nobody syncs it later.
  if (sync === 'ends' && file.onDisk) await file.sync();
  await file.close();
  const names = await journalNames(ports, root);
  for (const name of names.toReversed()) {
    const age = name === journalName ? 0 : Number(name.slice(journalName.length + 1));
    if (age >= keep) await ports.files.remove(`${root}/${name}`);
    else await ports.files.rename(`${root}/${name}`, `${root}/${journalName}.${age + 1}`);
  }
  return ports.growing.append(`${root}/${journalName}`, mode);
}

/**
 * Notes that numbers up to this one may be given out without being written: in the name of an empty file, since a rename needs no room
 * on a disk that is full. Resolves to what is noted; never rejects, as there is nothing better to be done.
 */
export async function reserveNumbers({ files }: WriterPorts, root: string, until: number): Promise<number> {
  try {
    const old = (await files.list(root)).find((name) => reservation.test(name));
    const next = `events.reserved.${until}`;
    if (old === undefined) await files.writeAtomic(`${root}/${next}`, '', mode);
    else if (old !== next) await files.rename(`${root}/${old}`, `${root}/${next}`);
    return until;
  } catch {
    return 0;
  }
}

/** Numbers up to this one may have been given out though no file tells of them. Rejects as `FilePort.list` does. */
export async function reservedNumbers(ports: WriterPorts, root: string): Promise<number> {
  const found = (await ports.files.list(root)).flatMap((name) => reservation.exec(name)?.[1] ?? []);
  // Made while there is room: without it, a full disk would not take even an empty file.
  if (found.length === 0) await reserveNumbers(ports, root, 0);
  return Math.max(0, ...found.map(Number));
}

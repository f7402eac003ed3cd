/** Reading the journal after a number, exactly: in this process or another, while it grows and is rotated. */
import type { Ports } from '../effects/ports.js';
import type { ReadingFile } from '../effects/ports/growing-files.js';
import { WindlassError } from '../errors.js';
import type { WindlassEvent } from './events.js';
import { eventIn, firstEvent, journalName, journalNames, linesFrom, offsetFor, precedes, tailOf } from './journal-files.js';

type JournalPorts = Pick<Ports, 'files' | 'growing' | 'clock'>;

/** A rotation may pass under a listing; another look then finds everything. */
const looks = 5;
const lookPause = 10;

/**
 * Events after a number (0: all that are kept), to the end of the journal; there `more` says whether to wait (and waits) or to return.
 * Throws EVENTS_FORGOTTEN where the next event is not kept any more, and as `FilePort` does.
 */
export async function* journalAfter(ports: JournalPorts, root: string, after: number, more: () => Promise<boolean>): AsyncGenerator<WindlassEvent, void, undefined> {
  let seen = after;
  for (;;) {
    const place = await placeAfter(ports, root, seen);
    let found = false;
    if (place !== undefined) {
      await using file = closing(place.file);
      for (let { offset } = place, last = false; !last; ) {
        // Looked at before it is read: nothing is appended to a file that has been renamed.
        last = !(await isCurrent(ports, root, file));
        for await (const line of linesFrom(file, offset)) {
          offset = line.next;
          const event = eventIn(line.text);
          if (event === undefined || event.sequence <= seen) continue;
          if (precedes(event) > seen && seen > 0) throw forgotten(seen, precedes(event));
          seen = event.sequence;
          found = true;
          yield event;
        }
        if (!last && !(await more())) return;
      }
    }
    // Between the renaming of a file and the making of the next there is nothing to go on with.
    if (!found && !(await more())) return;
  }
}

/** Number of the newest event in the journal; 0 when there is none. */
export async function newestInJournal(ports: JournalPorts, root: string): Promise<number> {
  for (const name of await journalNames(ports, root)) {
    const file = await ports.growing.read(`${root}/${name}`);
    if (file === undefined) continue;
    await using reading = closing(file);
    const { sequence } = await tailOf(reading);
    if (sequence > 0) return sequence;
  }
  return 0;
}

export function forgotten(seen: number, until: number): WindlassError {
  return new WindlassError('EVENTS_FORGOTTEN', `events ${seen + 1} to ${until} are no longer kept`, {
    cure: 'take a new snapshot of the status and go on from its sequence',
  });
}

interface Place {
  readonly file: ReadingFile;
  readonly offset: number;
}

/** The file that holds the event after a number, or will hold it. Undefined when there is no journal yet. */
async function placeAfter(ports: JournalPorts, root: string, after: number): Promise<Place | undefined> {
  for (let look = 1; ; look += 1) {
    const found = await openAll(ports, root);
    const chosen = found.findLast(({ before }) => before <= after) ?? (after === 0 ? found[0] : undefined);
    await Promise.all(found.filter((one) => one !== chosen).map(({ file }) => file.close()));
    if (chosen !== undefined) return { file: chosen.file, offset: await offsetFor(chosen.file, after) };
    const [oldest] = found;
    if (oldest === undefined) return undefined;
    if (look === looks) throw forgotten(after, oldest.before);
    await ports.clock.sleep(lookPause);
  }
}

/** All files that hold events, oldest first, with the number before their first. */
async function openAll({ files, growing }: JournalPorts, root: string): Promise<readonly { readonly file: ReadingFile; readonly before: number }[]> {
  const names = await journalNames({ files }, root);
  const opened = (await Promise.all(names.map((name) => growing.read(`${root}/${name}`)))).filter((file) => file !== undefined);
  const found: { file: ReadingFile; before: number }[] = [];
  for (const file of opened) {
    const first = await firstEvent(file);
    if (first === undefined) await file.close();
    else found.push({ file, before: precedes(first) });
  }
  return found.sort((one, other) => one.before - other.before);
}

async function isCurrent({ files }: JournalPorts, root: string, { id }: ReadingFile): Promise<boolean> {
  return (await files.stat(`${root}/${journalName}`))?.id === id;
}

function closing(file: ReadingFile): ReadingFile & AsyncDisposable {
  return { ...file, [Symbol.asyncDispose]: () => file.close() };
}

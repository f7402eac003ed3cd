/** The evidence bundle of an end that nobody wished for: kept before anything is removed, bounded in number and size. */
import { consoleOfRun } from '../anchors/console-of-run.js';
import type { FilePort } from '../effects/ports/files.js';
import type { ExitFacts } from '../effects/ports/processes.js';
import type { Ports } from '../effects/ports.js';
import { messageOf } from '../errors.js';
import type { HypervisorAdapter } from '../hypervisor-adapters/contract.js';
import type { StateLayout } from '../hypervisor-adapters/contract/state-layout.js';
import type { DomainEnd } from '../machines/domain/ends.js';
import type { RunDetails } from './run-details.js';

export interface EvidenceRequest {
  readonly adapter: Pick<HypervisorAdapter, 'complains' | 'explains' | 'runLogs'>;
  readonly layout: StateLayout;
  readonly incarnation: number;
  readonly end: DomainEnd | null;
  readonly details: RunDetails | undefined;
  readonly transcript: readonly string[];
  readonly exit: ExitFacts | null;
}

/** Bundles kept a domain; the oldest goes. */
const kept = 5;
/** Bytes of each log. */
const tailBytes = 65_536;
/** Characters of the anchor's last words that go into a status. */
const wordsLength = 400;

/** A file of the bundle. */
interface Part {
  readonly name: string;
  readonly text: string;
}

/**
 * Writes `<state directory>/evidence/<incarnation>/` with `end.json`, `console.log`, `anchor.log` and `channel.log`, and with the
 * logs that the adapter knows of besides. Resolves to its path, and the anchor's last words.
 *
 * What cannot be had keeps nothing else from being kept: why a log cannot be read stands in its place, and what cannot be written is named in
 * `trouble.log`. Where nothing can be written at all, or the bundle cannot say what it lacks (a full disk still takes files without a byte),
 * there is no path, and the last words say why. What was written stays. Never rejects.
 */
export async function keepEvidence({ files }: Ports, request: EvidenceRequest): Promise<{ evidence: string | null; lastWords: string }> {
  const { adapter, details, end, exit, incarnation, layout, transcript } = request;
  const all = `${layout.directory}/evidence`;
  const bundle = `${all}/${String(incarnation).padStart(6, '0')}`;
  const [consoleLog, anchorLog, others] = await Promise.all([
    partOf('console.log', consoleOfRun(files, layout, tailBytes)),
    partOf('anchor.log', files.tail(layout.anchorLog, tailBytes)),
    otherParts(files, request),
  ]);
  const facts = { end, exit, argv: details?.argv ?? [], placement: details?.placement ?? null };
  const parts = [
    consoleLog,
    anchorLog,
    ...others,
    { name: 'channel.log', text: transcript.map((line) => `${line}\n`).join('') },
    { name: 'end.json', text: `${JSON.stringify(facts, null, 2)}\n` },
  ];
  const said = anchorLog.unreadable ? '' : anchorLog.text;
  const words = adapter.explains?.(said) ?? lastWords(said, adapter.complains);
  try {
    await writeBundle(files, all, bundle, parts);
    return { evidence: bundle, lastWords: words };
  } catch (error) {
    const why = `no evidence is kept: ${messageOf(error)}`;
    return { evidence: null, lastWords: words === '' ? why : `${words}; ${why}` };
  }
}

/** Rejects, as `FilePort` does, where nothing can be written, and where the bundle lacks something and cannot say so. */
async function writeBundle(files: FilePort, all: string, bundle: string, parts: readonly Part[]): Promise<void> {
  await files.ensureDirectory(bundle, 0o700);
  const told = `${bundle}/trouble.log`;
  const lacks = await writeAll(files, bundle, parts);
  const troubles = [...lacks];
  const tidied = async (what: string, removal: Promise<void>): Promise<void> => {
    await removal.catch((error: unknown) => troubles.push(`${what}: ${messageOf(error)}`));
  };
  // The next one tries again.
  await tidied('older evidence', removeOld(files, all));
  // That of an engine before, which did not come to the end of it.
  if (troubles.length === 0) await tidied('trouble.log', files.remove(told));
  if (troubles.length === 0) return;
  const telling = files.writeAtomic(told, troubles.map((line) => `${line}\n`).join(''), 0o600);
  // A bundle that lacks nothing needs no word.
  await (lacks.length > 0 ? telling : telling.catch(() => undefined));
}

/** What could not be written, and why, a line each. Rejects with the first cause where that is all of it. */
async function writeAll(files: Pick<FilePort, 'writeAtomic'>, bundle: string, parts: readonly Part[]): Promise<string[]> {
  const troubles: string[] = [];
  const causes: unknown[] = [];
  const writing = parts.map(({ name, text }) =>
    files.writeAtomic(`${bundle}/${name}`, text, 0o600).catch((error: unknown) => {
      troubles.push(`${name}: ${messageOf(error)}`);
      causes.push(error);
    }),
  );
  await Promise.all(writing);
  if (causes.length === parts.length) throw causes[0];
  return troubles;
}

async function removeOld(files: Pick<FilePort, 'list' | 'remove'>, all: string): Promise<void> {
  const old = (await files.list(all)).slice(0, -kept);
  await Promise.all(old.map((name) => files.remove(`${all}/${name}`)));
}

async function partOf(name: string, reading: Promise<string>): Promise<Part & { readonly unreadable: boolean }> {
  try {
    return { name, text: await reading, unreadable: false };
  } catch (error) {
    return { name, text: `${messageOf(error)}\n`, unreadable: true };
  }
}

async function otherParts(files: FilePort, { adapter, layout }: EvidenceRequest): Promise<readonly Part[]> {
  try {
    const logs = await (adapter.runLogs?.(files, layout) ?? []);
    return await Promise.all(logs.map(({ name, path }) => partOf(name, files.tail(path, tailBytes))));
  } catch (error) {
    return [{ name: 'other-logs.log', text: `which other logs there are cannot be told: ${messageOf(error)}\n` }];
  }
}

/**
 * The last two lines of a log that say something, as one line. Where lines can be told to be complaints and there are more than two, the first one
 * and the last line: behind the first come those of cleaning up what was begun.
 */
export function lastWords(log: string, complains: (line: string) => boolean = () => false): string {
  const lines = log
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const complaints = lines.filter(complains);
  const told = complaints.length > 2 ? [...complaints.slice(0, 1), ...lines.slice(-1)] : lines.slice(-2);
  const words = told.join(' | ');
  return words.length > wordsLength ? `…${words.slice(-wordsLength)}` : words;
}

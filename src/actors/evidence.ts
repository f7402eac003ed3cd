/** The evidence bundle of an end that nobody wished for: kept before anything is removed, bounded in number and size. */
import { consoleOfRun } from '../anchors/console-of-run.js';
import type { FilePort } from '../effects/ports/files.js';
import type { ExitFacts } from '../effects/ports/processes.js';
import type { Ports } from '../effects/ports.js';
import { messageOf } from '../errors.js';
import type { HypervisorAdapter, RunLog } from '../hypervisor-adapters/contract.js';
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

/**
 * Writes `<state directory>/evidence/<incarnation>/` with `end.json`, `console.log`, `anchor.log` and `channel.log`, and with the
 * logs that the adapter knows of besides. Returns its path, and the anchor's last words.
 */
export async function keepEvidence({ files }: Ports, request: EvidenceRequest): Promise<{ evidence: string; lastWords: string }> {
  const { adapter, details, end, exit, incarnation, layout, transcript } = request;
  const all = `${layout.directory}/evidence`;
  const bundle = `${all}/${String(incarnation).padStart(6, '0')}`;
  const [consoleTail, anchorTail, others] = await Promise.all([consoleOfRun(files, layout, tailBytes), files.tail(layout.anchorLog, tailBytes), otherTails(files, request)]);
  await files.ensureDirectory(bundle, 0o700);
  await Promise.all([
    files.writeAtomic(`${bundle}/console.log`, consoleTail, 0o600),
    files.writeAtomic(`${bundle}/anchor.log`, anchorTail, 0o600),
    ...others.map(({ name, text }) => files.writeAtomic(`${bundle}/${name}`, text, 0o600)),
    files.writeAtomic(`${bundle}/channel.log`, transcript.map((line) => `${line}\n`).join(''), 0o600),
    files.writeAtomic(
      `${bundle}/end.json`,
      `${JSON.stringify({ end, exit, argv: details?.argv ?? [], placement: details?.placement ?? null }, null, 2)}\n`,
      0o600,
    ),
  ]);
  const old = (await files.list(all)).slice(0, -kept);
  await Promise.all(old.map((name) => files.remove(`${all}/${name}`)));
  return { evidence: bundle, lastWords: adapter.explains?.(anchorTail) ?? lastWords(anchorTail, adapter.complains) };
}

/** One that cannot be read, or found, keeps nothing else from being kept: why not stands in its place. */
async function otherTails(files: FilePort, { adapter, layout }: EvidenceRequest): Promise<readonly { readonly name: string; readonly text: string }[]> {
  const tailOf = async ({ name, path }: RunLog): Promise<{ name: string; text: string }> => ({
    name,
    text: await files.tail(path, tailBytes).catch((error: unknown) => `${messageOf(error)}\n`),
  });
  try {
    const logs = await (adapter.runLogs?.(files, layout) ?? []);
    return await Promise.all(logs.map(tailOf));
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

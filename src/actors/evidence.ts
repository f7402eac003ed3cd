/** The evidence bundle of an end that nobody wished for: kept before anything is removed, bounded in number and size. */
import type { ExitFacts, Ports } from '../effects/ports.js';
import type { StateLayout } from '../hypervisor-adapters/contract.js';
import type { DomainEnd } from '../machines/domain/ends.js';
import type { RunDetails } from './run-details.js';

export interface EvidenceRequest {
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
 * Writes `<state directory>/evidence/<incarnation>/` with `end.json`, `console.log`, `anchor.log` and `channel.log`.
 * Returns its path, and the anchor's last words.
 */
export async function keepEvidence({ files }: Ports, request: EvidenceRequest): Promise<{ evidence: string; lastWords: string }> {
  const { details, end, exit, incarnation, layout, transcript } = request;
  const all = `${layout.directory}/evidence`;
  const bundle = `${all}/${String(incarnation).padStart(6, '0')}`;
  const [consoleTail, anchorTail] = await Promise.all([files.tail(layout.consoleLog, tailBytes), files.tail(layout.anchorLog, tailBytes)]);
  await files.ensureDirectory(bundle, 0o700);
  await Promise.all([
    files.writeAtomic(`${bundle}/console.log`, consoleTail, 0o600),
    files.writeAtomic(`${bundle}/anchor.log`, anchorTail, 0o600),
    files.writeAtomic(`${bundle}/channel.log`, transcript.map((line) => `${line}\n`).join(''), 0o600),
    files.writeAtomic(
      `${bundle}/end.json`,
      `${JSON.stringify({ end, exit, argv: details?.argv ?? [], placement: details?.placement ?? null }, null, 2)}\n`,
      0o600,
    ),
  ]);
  const old = (await files.list(all)).slice(0, -kept);
  await Promise.all(old.map((name) => files.remove(`${all}/${name}`)));
  return { evidence: bundle, lastWords: lastWords(anchorTail) };
}

/** How libxl says that something went wrong. Behind its first complaint come those of cleaning up what was begun. */
const complaint = /: error: /;

/** The last two lines of a log that say something, as one line; where there are more complaints than that, the first one and the last line. */
export function lastWords(log: string): string {
  const lines = log
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const complaints = lines.filter((line) => complaint.test(line));
  const told = complaints.length > 2 ? [...complaints.slice(0, 1), ...lines.slice(-1)] : lines.slice(-2);
  const words = told.join(' | ');
  return words.length > wordsLength ? `…${words.slice(-wordsLength)}` : words;
}

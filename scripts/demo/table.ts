/** The table of the demo, 75 columns wide. Pure but for the clock. */
import type { DomainStatus } from '../../src/index.js';
import type { Paint } from '../../src/cli/text/paint.js';
import type { Column } from '../../src/cli/text/table.js';
import { table } from '../../src/cli/text/table.js';
import { padded } from '../../src/cli/text/width.js';
import { phaseStyles } from '../../src/cli/views/domain-table.js';
import type { Beat, Heartbeats } from './heartbeats.js';

/** Milliseconds for which a beat is shown as just heard. */
export const fresh = 150;

interface Row {
  readonly status: DomainStatus;
  readonly beat: Beat | undefined;
}

/** Padded to what may come, so that columns stand still while their content changes. */
const columns: readonly Column<Row>[] = [
  { title: 'NAME', cell: ({ status }) => padded(status.name, 6), least: 4, style: () => 'bold' },
  { title: 'PHASE', cell: ({ status }) => padded(status.phase, 18), least: 8, style: ({ status }) => phaseStyles[status.phase] },
  { title: 'PID', cell: ({ status }) => padded(String(status.anchor?.pid ?? '-'), 7) },
  { title: 'STARTS', cell: ({ status }) => String(status.incarnation) },
  { title: 'CONSOLE', cell: ({ beat, status }) => padded(beat === undefined || status.anchor === null ? '-' : `HEARTBEAT ${beat.number}`, 13), least: 8, style: beatStyle },
  { title: 'ENDED BY', cell: ({ status }) => padded(status.lastEnd?.cause ?? '-', 15), least: 8, style: () => 'dim' },
];

export interface DemoTable {
  readonly beats: Heartbeats;
  readonly paint: Paint;
  readonly width: number;
}

export function demoTable(statuses: readonly DomainStatus[], { beats, paint, width }: DemoTable): readonly string[] {
  if (statuses.length === 0) return [];
  const rows = statuses.map((status): Row => ({ status, beat: beats.heard(status.name).at(-1) }));
  return table(columns, rows, { paint, width });
}

function beatStyle({ beat, status }: Row): 'green' | 'dim' | undefined {
  if (beat === undefined || status.anchor === null) return 'dim';
  return performance.now() - beat.at < fresh ? 'green' : undefined;
}

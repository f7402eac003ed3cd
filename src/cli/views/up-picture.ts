/** What `windlass up` shows in a terminal. Pure. */
import type { DomainStatus } from '../../index.js';
import type { Paint } from '../text/paint.js';
import { printable } from '../text/printable.js';
import { movingTable } from './domain-table.js';
import { verdictOf } from './verdict.js';

export interface UpPicture {
  readonly statuses: readonly DomainStatus[];
  readonly stateDirectory: string;
  readonly columns: number;
  readonly rows: number;
  readonly paint: Paint;
}

/** At most as many lines as the terminal has room for: then the domains that are not as desired come first. */
export function upPicture({ columns, paint, rows, stateDirectory, statuses }: UpPicture): readonly string[] {
  const byName = [...statuses].sort((one, other) => (one.name < other.name ? -1 : 1));
  const well = byName.filter((status) => verdictOf(status).asDesired);
  const room = Math.max(1, rows - 4);
  const ordered = byName.length <= room ? byName : [...byName.filter((status) => !well.includes(status)), ...well];
  const shown = ordered.slice(0, room);
  const hidden = ordered.slice(room);
  const lines = [...movingTable(shown, { paint, width: columns })];
  if (hidden.length > 0) lines.push(paint('dim', `… and ${hidden.length} more, ${hidden.filter((status) => well.includes(status)).length} of them as desired`));
  lines.push(paint('dim', `${well.length} of ${statuses.length} as desired in ${printable(stateDirectory)}`));
  return lines;
}

/** Tables of plain text. Cells are made printable here; colours come last, so that they have no width. */
import type { Paint, Style } from './paint.js';
import { printable } from './printable.js';
import { padded, truncated, widthOf } from './width.js';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  readonly style?: (row: Row) => Style | undefined;
  /** May be cut down to this width, with an ellipsis, where the terminal is narrow. A column without it is never cut. */
  readonly least?: number;
}

export interface TableOptions {
  readonly paint: Paint;
  /** Columns of the terminal; undefined: as wide as need be. */
  readonly width: number | undefined;
  readonly indent?: string;
}

const gap = '  ';

/** The heading and a line for each row, without line ends. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], { indent = '', paint, width }: TableOptions): readonly string[] {
  const cells = rows.map((row) => columns.map(({ cell }) => printable(cell(row))));
  const wished = columns.map(({ title }, index) => Math.max(widthOf(title), ...cells.map((row) => widthOf(row[index] ?? ''))));
  const widths = width === undefined ? wished : fitted(columns, wished, width - indent.length);
  const line = (texts: readonly string[], style: (index: number) => Style | undefined): string => {
    const parts = texts.map((text, index) => {
      const cut = truncated(text, widths[index] ?? 0);
      // The last column is not padded: no blanks at the ends of lines.
      const filled = index === texts.length - 1 ? cut : padded(cut, widths[index] ?? 0);
      const chosen = style(index);
      return chosen === undefined ? filled : paint(chosen, filled);
    });
    return `${indent}${parts.join(gap)}`.trimEnd();
  };
  const heading = line(columns.map(({ title }) => title), () => 'bold');
  return [heading, ...rows.map((row, at) => line(cells[at] ?? [], (index) => columns[index]?.style?.(row)))];
}

/** Takes what is too much from the widest column that may be cut, again and again. */
function fitted<Row>(columns: readonly Column<Row>[], wished: readonly number[], width: number): readonly number[] {
  const widths = [...wished];
  let excess = widths.reduce((sum, one) => sum + one, 0) + gap.length * (columns.length - 1) - width;
  while (excess > 0) {
    let widest = -1;
    columns.forEach(({ least }, index) => {
      const own = widths[index] ?? 0;
      if (least !== undefined && own > least && (widest < 0 || own > (widths[widest] ?? 0))) widest = index;
    });
    if (widest < 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}

/** A terminal of a fixed width and any height, for the few escape sequences that Windlass writes. */

/** Text of one style. */
export interface Run {
  readonly column: number;
  readonly text: string;
  /** Names such as `bold` and `green`, sorted. */
  readonly style: string;
}

export interface Screen {
  write(text: string): void;
  /** Each line as runs of one style, without blanks at its end. */
  lines(): readonly (readonly Run[])[];
}

interface Cell {
  readonly character: string;
  readonly style: string;
}

// eslint's no-control-regex wants control characters to be seen in a pattern.
const escape = String.fromCharCode(27);
const sequence = new RegExp(`^${escape}\\[([?\\d;]*)([A-Za-z])`);

const colours: Readonly<Record<number, string>> = { 31: 'red', 32: 'green', 33: 'yellow', 34: 'blue', 35: 'magenta', 36: 'cyan' };
const weights: Readonly<Record<number, string>> = { 1: 'bold', 2: 'dim' };

/** Throws on a sequence that it does not know: a picture that is wrong should not be drawn. */
export function screenOf(columns: number): Screen {
  const grid: Cell[][] = [];
  let [row, column] = [0, 0];
  let colour = '';
  let weight = '';

  const put = (character: string): void => {
    // Windlass turns wrapping off: what is too long is cut.
    if (column >= columns) return;
    const line = (grid[row] ??= []);
    while (line.length < column) line.push({ character: ' ', style: '' });
    line[column] = { character, style: [weight, colour].filter((part) => part !== '').join(' ') };
    column += 1;
  };
  const style = (code: number): void => {
    if (code === 0) [colour, weight] = ['', ''];
    else if (code === 22) weight = '';
    else if (code === 39) colour = '';
    else if (weights[code] !== undefined) weight = weights[code];
    else if (colours[code] !== undefined) colour = colours[code];
    else throw new Error(`unknown style ${code}`);
  };
  const control = (parameters: string, final: string): void => {
    const number = Number(parameters || '1');
    if (final === 'm') (parameters || '0').split(';').forEach((code) => style(Number(code)));
    else if (final === 'A') row = Math.max(0, row - number);
    else if (final === 'K' && parameters === '2') grid[row] = [];
    else if (final === 'J' && parameters === '') grid.splice(row, grid.length, (grid[row] ?? []).slice(0, column));
    // Wrapping and the cursor's visibility leave the picture as it is.
    else if (!(parameters.startsWith('?') && (final === 'h' || final === 'l'))) throw new Error(`unknown sequence CSI ${parameters}${final}`);
  };

  return {
    write(text) {
      for (let rest = text; rest !== ''; ) {
        const found = sequence.exec(rest);
        if (found !== null) control(found[1] ?? '', found[2] ?? '');
        else if (rest.startsWith('\n')) row += 1;
        else if (rest.startsWith('\r')) column = 0;
        else put(String.fromCodePoint(rest.codePointAt(0) ?? 0));
        rest = rest.slice(found?.[0].length ?? String.fromCodePoint(rest.codePointAt(0) ?? 0).length);
      }
    },
    lines: () => Array.from(grid, (line: Cell[] | undefined) => runsOf(line ?? [])),
  };
}

/** Runs end at two blanks as well: each column of a table then has a place of its own, whatever the font's width. */
function runsOf(line: readonly Cell[]): readonly Run[] {
  const runs: Run[] = [];
  let begun: { column: number; text: string; style: string } | undefined;
  line.forEach(({ character, style }, column) => {
    if (begun?.style === style) begun.text += character;
    else runs.push((begun = { column, text: character, style }));
  });
  return runs.flatMap(apart).filter(({ text }) => text !== '');
}

function apart({ column, style, text }: Run): readonly Run[] {
  return [...text.matchAll(/\S+(?: \S+)*/g)].map((found) => ({ column: column + found.index, text: found[0], style }));
}

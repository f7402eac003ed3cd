import { describe, expect, it } from 'vitest';
import { painter } from '../../src/cli/text/paint.js';
import { widthOf } from '../../src/cli/text/width.js';
import { frame, liveScreen } from '../../src/cli/views/live-screen.js';
import { upPicture } from '../../src/cli/views/up-picture.js';
import { failed, moving, status } from './statuses.js';

const paint = painter(false);
const stateDirectory = '/state';

describe('the picture of up', () => {
  it('shows each domain with its phase and what is wrong with it', () => {
    const lines = upPicture({ statuses: [status('web'), moving('db'), failed('cache')], stateDirectory, columns: 100, rows: 24, paint });
    expect(lines).toEqual([
      'NAME   PHASE    HYPERVISOR  PID   STARTS  NOTE',
      'cache  failed   qemu/tcg    -     1       could not open the disk',
      'db     booting  qemu/tcg    4242  1',
      'web    running  qemu/tcg    4242  1',
      '1 of 3 as desired in /state',
    ]);
  });

  it('says what a phase hides', () => {
    const lines = upPicture({ statuses: [status('a', { state: 'anchored.running.paused' }), status('b', { phase: 'halting', rung: 'press' })], stateDirectory, columns: 100, rows: 24, paint });
    expect(lines[1]).toContain('running (paused)');
    expect(lines[2]).toContain('halting (press)');
  });

  it('fits a narrow terminal', () => {
    const long = 'a-domain-with-quite-a-long-name-for-a-terminal-of-sixty-columns';
    const lines = upPicture({ statuses: [moving(long), failed('cache')], stateDirectory, columns: 60, rows: 24, paint });
    expect(lines.map(widthOf).every((width) => width <= 60)).toBe(true);
    expect(lines.join('\n')).toContain('…');
  });

  it('fits a low terminal, with those first that are not as desired', () => {
    const many = Array.from({ length: 40 }, (_, index) => status(`d${String(index).padStart(2, '0')}`));
    const lines = upPicture({ statuses: [...many, moving('z')], stateDirectory, columns: 80, rows: 10, paint });
    expect(lines.length).toBeLessThan(10);
    expect(lines[1]).toMatch(/^z /);
    expect(lines.at(-2)).toBe('… and 35 more, 35 of them as desired');
    expect(lines.at(-1)).toBe('40 of 41 as desired in /state');
  });

  it('lets no message drive the terminal', () => {
    const evil = moving('x', { conditions: [{ type: 'AsDesired', status: 'False', reason: 'X', message: '\u001b[2J\u0007', since: '' }] });
    expect(upPicture({ statuses: [evil], stateDirectory, columns: 80, rows: 24, paint }).join('\n')).not.toContain('\u001b');
  });
});

/** The sequences of `frame`, text, and line ends. */
const tokens = new RegExp(String.raw`\u001b\[\??\d*[A-Za-z]|\r|\n|[^\u001b\r\n]+`, 'g');
const cursorUp = new RegExp(String.raw`^\u001b\[(\d+)A$`);

/** A terminal that knows these sequences. */
function screenOf(written: string): readonly string[] {
  const lines: string[] = [''];
  let row = 0;
  for (const [token] of written.matchAll(tokens)) {
    const up = cursorUp.exec(token)?.[1];
    if (up !== undefined) row -= Number(up);
    else if (token === '\u001b[2K') lines[row] = '';
    else if (token === '\u001b[J') lines.splice(row, Infinity, '');
    else if (token === '\n') lines[(row += 1)] ??= '';
    else if (!token.startsWith('\u001b') && token !== '\r') lines[row] = (lines[row] ?? '') + token;
  }
  return lines.filter((line, index) => line !== '' || index < lines.length - 1);
}

describe('drawing in place', () => {
  it('replaces what was drawn, also by fewer lines', () => {
    expect(screenOf(frame(['a', 'b', 'c'], 0) + frame(['d', 'e'], 3))).toEqual(['d', 'e']);
  });

  it('scrolls notes away above', () => {
    expect(screenOf(frame(['a', 'b'], 0) + frame(['a', 'c'], 2, 'note 1\nnote 2\n') + frame(['x', 'y'], 2))).toEqual(['note 1', 'note 2', 'x', 'y']);
  });

  it('makes one picture of many changes, and a last one at the end', async () => {
    let pictures = 0;
    let written = '';
    const screen = liveScreen((text) => void (written += text), () => [`picture ${(pictures += 1)}`]);
    for (let change = 0; change < 100; change += 1) screen.changed();
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(pictures).toBe(1);
    screen.changed();
    screen.close();
    screen.changed();
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(screenOf(written)).toEqual(['picture 2']);
  });
});

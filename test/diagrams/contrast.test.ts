import { describe, expect, it } from 'vitest';
import { tones, type Tone } from '../../src/diagrams/palette.js';

/** https://www.w3.org/TR/WCAG21/#dfn-relative-luminance */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16) / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

const papers = ['paper', 'box', 'nestOdd', 'nestEven'] as const;
const words = ['text', 'muted', 'tag', 'event', 'done', 'error', 'timeout', 'always'] as const;
const shapes = ['event', 'done', 'error', 'timeout', 'always', 'lit', 'frame'] as const;

const lowest = (mode: keyof Tone, names: readonly (keyof typeof tones)[]): readonly (readonly [string, number])[] =>
  names.map((name) => [name, Math.min(...papers.map((paper) => contrast(tones[name][mode], tones[paper][mode])))] as const);

describe.each(['light', 'dark'] as const)('on %s paper', (mode) => {
  it('all words have the contrast that WCAG AA asks of text, on every ground', () => {
    expect(lowest(mode, words).filter(([, least]) => least < 4.5)).toEqual([]);
  });

  it('all lines and borders have the contrast that it asks of graphics', () => {
    expect(lowest(mode, shapes).filter(([, least]) => least < 3)).toEqual([]);
  });
});

it('knows the contrast of black on white', () => expect(contrast('#000000', '#ffffff')).toBeCloseTo(21));

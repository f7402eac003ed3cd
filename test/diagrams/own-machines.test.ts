import { describe, expect, it, vi } from 'vitest';
import { overviewOf, toChart, toSvg } from '../../src/diagrams/index.js';
import { faces } from '../../src/diagrams/text-block.js';
import { domainMachine } from '../../src/machines/domain.js';
import { nodeMachine } from '../../src/machines/node.js';
import { flawsOf, strayLines } from './flaws.js';
import { readPicture } from './picture.js';

vi.setConfig({ testTimeout: 60_000 });

/** Pixels that a README gives a picture. */
const readme = 900;

describe("the pictures of the project's own machines", () => {
  it.each([domainMachine, nodeMachine])('$id: neither overview nor detail has a flaw', async (machine) => {
    const chart = toChart(machine);
    for (const svg of [await toSvg(chart), await toSvg(overviewOf(chart), { detail: 'overview' })]) {
      expect(flawsOf(readPicture(svg))).toEqual([]);
      expect(strayLines(readPicture(svg))).toEqual([]);
    }
  });

  it.each([domainMachine, nodeMachine])('$id: the words of the overview can be read in a README', async (machine) => {
    const { paper } = readPicture(await toSvg(overviewOf(toChart(machine)), { detail: 'overview' }));
    expect(faces.note.size * Math.min(1, readme / paper.width)).toBeGreaterThan(9);
  });

  it('tells every way in which a domain can end: its words in the box that it leaves, or on a line to the end', async () => {
    const overview = overviewOf(toChart(domainMachine));
    const ends = overview.states.filter(({ parent, kind, tags }) => parent === 'domain' && (kind === 'final' || tags.includes('settled'))).map(({ id }) => id);
    expect(ends).toEqual(expect.arrayContaining(['domain.halted', 'domain.failed', 'domain.gone']));
    const svg = await toSvg(overview, { detail: 'overview' });
    const told = new Set([...svg.matchAll(/<text [^>]*data-transitions="([^"]*)"/g)].flatMap(([, ids = '']) => ids.split(' ')));
    const ways = overview.transitions.filter(({ targets }) => targets.some((id) => ends.includes(id)));
    expect(ways.length).toBeGreaterThan(10);
    expect(ways.filter(({ id }) => !told.has(id))).toEqual([]);
    // A run ends at one place, which has a way to each.
    for (const end of ['domain.halted', 'domain.failed', 'domain.gone']) expect(ways.some(({ source, targets }) => source === 'domain.anchored.halting' && targets.includes(end))).toBe(true);
  });
});

import { describe, expect, it, vi } from 'vitest';
import { overviewOf, toChart, toSvg } from '../../src/diagrams/index.js';
import { staysInBox } from '../../src/diagrams/drawn-edges.js';
import { token } from '../../src/diagrams/svg-text.js';
import { flawsOf, strayLines } from './flaws.js';
import { domainLike } from './machines/domain-like.js';
import { patterns } from './machines/patterns.js';
import { randomMachine } from './machines/random-machine.js';
import { readPicture } from './picture.js';
import { someSeeds } from './seeds.js';

const named = [...Object.entries(patterns), ['domainLike', domainLike] as const];

// Layouts are work for the processor, and others may be using it: all 400 take 25 s of its time.
vi.setConfig({ testTimeout: 240_000 });

/** Made once: it is the largest picture here. */
const domainDetail = toSvg(toChart(domainLike()));

describe('the picture, as a reader sees it', () => {
  it.each(named.filter(([name]) => name !== 'domainLike'))('%s: no label over anything, no text at a border', async (_name, make) => {
    const chart = toChart(make());
    for (const svg of [await toSvg(chart), await toSvg(overviewOf(chart), { detail: 'overview' })]) {
      expect(flawsOf(readPicture(svg))).toEqual([]);
      expect(strayLines(readPicture(svg))).toEqual([]);
    }
  });

  it('holds on a machine of the size of our own', async () => {
    for (const svg of [await domainDetail, await toSvg(overviewOf(toChart(domainLike())), { detail: 'overview' })]) {
      expect(flawsOf(readPicture(svg))).toEqual([]);
      expect(strayLines(readPicture(svg))).toEqual([]);
    }
  });

  it('holds on random machines, which tell each of their transitions exactly once, and Graphviz has nothing to complain of', async () => {
    const complaint = vi.spyOn(console, 'error');
    for (const seed of someSeeds) {
      const chart = toChart(randomMachine(seed));
      const svg = await toSvg(chart);
      const picture = readPicture(svg);
      expect(flawsOf(picture), `seed ${seed}`).toEqual([]);
      expect(strayLines(picture), `seed ${seed}`).toEqual([]);
      expect([...picture.told].sort(), `seed ${seed}`).toEqual(chart.transitions.map(({ id }) => token(id)).sort());
    }
    expect(complaint).not.toHaveBeenCalled();
  });

  it('holds on overviews of random machines, which tell each transition that leaves a box exactly once', async () => {
    for (const seed of someSeeds) {
      const chart = overviewOf(toChart(randomMachine(seed)));
      const picture = readPicture(await toSvg(chart, { detail: 'overview' }));
      expect(flawsOf(picture), `seed ${seed}`).toEqual([]);
      expect(strayLines(picture), `seed ${seed}`).toEqual([]);
      expect([...picture.told].sort(), `seed ${seed}`).toEqual(chart.transitions.filter((each) => !staysInBox(each)).map(({ id }) => token(id)).sort());
    }
  });

  it('would be found wanting if a label lay elsewhere', async () => {
    const svg = await domainDetail;
    const moved = svg.replace(/(<g class="words" data-edge="[^"]*"><text x=")(\S+)(" y=")(\S+)(")/g, (_whole, a: string, x: string, b: string, y: string, c: string) => `${a}${Number(x) - 60}${b}${Number(y) + 60}${c}`);
    expect(flawsOf(readPicture(moved)).length).toBeGreaterThan(10);
    const cramped = svg.replace(/(<rect class="box" x="\S+" y="\S+" width=")(\S+)"/g, (_whole, a: string, width: string) => `${a}${Number(width) * 0.8}"`);
    expect(flawsOf(readPicture(cramped)).some((flaw) => flaw.startsWith('text touches the border'))).toBe(true);
  });
});

describe('the file', () => {
  it('speaks to those who do not see it', async () => {
    const svg = await toSvg(overviewOf(toChart(domainLike())), { detail: 'overview' });
    expect(svg).toContain('role="img" aria-labelledby="domain-title domain-desc"');
    expect(svg).toContain('<title id="domain-title">State machine domain</title>');
    expect(svg).toMatch(/<desc id="domain-desc">One domain from its document to its end\..*halted: .*to gone/s);
  });

  it('follows the colour scheme of the reader, or is fixed', async () => {
    const chart = toChart((patterns['nested'] ?? domainLike)());
    expect(await toSvg(chart)).toContain('@media (prefers-color-scheme:dark)');
    for (const theme of ['light', 'dark'] as const) expect(await toSvg(chart, { theme })).not.toContain('@media');
  });

  it('needs nothing from elsewhere', async () => {
    const svg = await domainDetail;
    expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(|@import|<script|xlink/);
  });

  it('tells the kinds apart without colour', async () => {
    const svg = await domainDetail;
    const strokes = ['event', 'done', 'error', 'timeout', 'always'].map((kind) => new RegExp(`\\.edge\\.${kind}\\{(stroke-width[^}]*)\\}`).exec(svg)?.[1]);
    expect(new Set(strokes).size).toBe(5);
  });

  it('has an id for every state and every line', async () => {
    const chart = toChart(domainLike());
    const svg = await domainDetail;
    for (const { id } of chart.states) expect(svg).toContain(`id="state:${id}"`);
    expect(svg).toContain('id="edge:domain.anchored.running.healthy&gt;domain.anchored.running.paused"');
  });

  it('escapes what is not its own', async () => {
    const svg = await toSvg(toChart((patterns['names'] ?? domainLike)()));
    expect(svg).toContain('a &quot;strange&quot;: &lt;name&gt; &amp; {more};');
    expect(svg).not.toContain('<name>');
  });
});

describe('what a reader learns', () => {
  it('every way in which the machine can end, from the overview alone', async () => {
    const overview = overviewOf(toChart(domainLike()));
    const ends = overview.transitions.filter(({ targets }) => targets.some((id) => ['domain.gone', 'domain.failed', 'domain.halted'].includes(id)));
    expect(ends.length).toBeGreaterThan(7);
    const svg = await toSvg(overview, { detail: 'overview' });
    for (const { id } of ends) expect(svg).toContain(id);
    for (const words of ['isRemoved', 'isCrash', 'mayRestart', 'else']) expect(svg).toContain(`[${words}]</tspan>`);
  });

  it('the ways out that are no lines, from rows in the box of their source', async () => {
    const svg = await toSvg(toChart((patterns['nested'] ?? domainLike)()));
    const dark = svg.split('\n').find((group) => group.includes('id="state:crossing.dark"')) ?? '';
    expect(dark).toContain('<g class="edge event" data-transitions="crossing.dark:DAY:0"><path class="line"');
    expect(dark).toContain('<tspan class="target">↻ crossing</tspan><tspan class="label k-event" dx="6">DAY</tspan>');
  });
});

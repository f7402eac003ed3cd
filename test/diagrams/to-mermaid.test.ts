import DOMPurify from 'dompurify';
import mermaid from 'mermaid';
import { beforeAll, describe, expect, it } from 'vitest';
import { overviewOf, toChart, toMermaid } from '../../src/diagrams/index.js';
import { domainLike } from './machines/domain-like.js';
import { patterns } from './machines/patterns.js';
import { randomMachine } from './machines/random-machine.js';
import { someSeeds } from './seeds.js';

const parse = async (text: string): Promise<unknown> => mermaid.parse(text);

describe('Mermaid', () => {
  // Mermaid cleans labels with DOMPurify, which needs a browser; the parser itself does not.
  beforeAll(() => void Object.assign(DOMPurify, { addHook: () => undefined, sanitize: (text: string) => text }));

  it.each([...Object.entries(patterns), ['domainLike', domainLike] as const])('%s is accepted by its own parser', async (_name, make) => {
    const chart = toChart(make());
    expect(await parse(toMermaid(chart))).toMatchObject({ diagramType: 'stateDiagram' });
    expect(await parse(toMermaid(overviewOf(chart)))).toMatchObject({ diagramType: 'stateDiagram' });
  });

  it('random machines are accepted too', async () => {
    for (const seed of someSeeds) await expect(parse(toMermaid(toChart(randomMachine(seed)))), `seed ${seed}`).resolves.toBeTruthy();
  }, 60_000);

  it('has one line for each target of each transition that moves', () => {
    const text = toMermaid(toChart(domainLike()));
    expect(text).toMatch(/_halted --> s\d+_domain_gone : always \[isRemoved\]/);
    expect(text).toContain('▶ watch');
    expect(text).toContain('any_s');
  });

  it('the parser refuses what is broken, so that these tests mean something', async () => {
    await expect(parse('stateDiagram-v2\n  a --> : {{{\n')).rejects.toThrow();
  });
});

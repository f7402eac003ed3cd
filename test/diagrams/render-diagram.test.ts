import { describe, expect, it } from 'vitest';
import { renderDiagram, toPng } from '../../src/diagrams/index.js';
import { textWidth } from '../../src/diagrams/text-metrics.js';
import { domainLike } from './machines/domain-like.js';
import { Resvg } from '@resvg/resvg-js';

describe('renderDiagram', () => {
  it('gives an overview as SVG unless asked for something else', async () => {
    const svg = await renderDiagram(domainLike());
    expect(svg).toMatch(/^<svg /);
    expect(svg).not.toContain('state:domain.pending.observing');
    expect(await renderDiagram(domainLike(), { detail: 'detail', format: 'dot' })).toContain('state:domain.pending.observing');
  });

  it('gives DOT and Mermaid as text', async () => {
    expect(await renderDiagram(domainLike(), { format: 'dot' })).toMatch(/^digraph "domain" \{/);
    expect(await renderDiagram(domainLike(), { format: 'mermaid' })).toMatch(/^stateDiagram-v2/);
  });

  it('gives a PNG as bytes where a renderer is installed', async () => {
    const png = await toPng(await renderDiagram(domainLike(), { theme: 'light' }), 0.25);
    expect([...png.slice(1, 4)].map((byte) => String.fromCharCode(byte)).join('')).toBe('PNG');
  });
});

describe('text widths', () => {
  it.each(['device-model-ready', '✗ observe, admit, reserve', 'WWWW iiii', '[hasEnoughMemory and (not isLate)]', '▶ launch: launchAnchor'])('%s is no wider than measured', (text) => {
    for (const weight of ['regular', 'bold'] as const) {
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="60"><text y="40" font-family="DejaVu Sans" font-weight="${weight === 'bold' ? 700 : 400}" font-size="20">${text}</text></svg>`;
      const box = new Resvg(svg, { font: { loadSystemFonts: true } }).innerBBox();
      // Without any font on the machine there is no ink, and nothing to compare.
      expect(box?.width ?? 0).toBeLessThanOrEqual(textWidth(text, 20, weight));
      if (box) expect(box.width).toBeGreaterThan(textWidth(text, 20, weight) * 0.6);
    }
  });
});

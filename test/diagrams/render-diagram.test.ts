import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
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

  it('says what to install where nothing makes a PNG', async () => {
    // The package is optional: in this process Node finds none of that name.
    const hooks = `export const resolve = (name, context, next) => name === '@resvg/resvg-js' ? Promise.reject(new Error('not found')) : next(name, context);`;
    const program = `
      import { register } from 'node:module';
      register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hooks)}`)});
      const { toPng } = await import('./src/diagrams/to-png.ts');
      await toPng('<svg/>').catch(({ code, cure }) => console.log(JSON.stringify({ code, cure })));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], { timeout: 10_000 });
    expect(JSON.parse(stdout)).toEqual({ code: 'DIAGRAM_NO_RENDERER', cure: 'npm install @resvg/resvg-js, or ask for svg' });
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

import type { Chart } from './chart.js';
import { arrange } from './arrange.js';
import { escapeXml } from './dot-text.js';
import type { Detail } from './edge-label.js';
import type { RoutedGeometry } from './geometry.js';
import { drawLegend, legendOf } from './legend.js';
import type { Plan } from './plan.js';
import { drawBoxes, drawFrames } from './svg-states.js';
import { drawEdges, drawLabels } from './svg-edges.js';
import { drawBlock, n } from './svg-text.js';
import { summaryOf } from './summary.js';
import { styleSheet, type Theme } from './theme.js';
import { titleOf } from './title.js';

export interface SvgOptions {
  /** `detail` (the default) tells actions, entry and exit, and descriptions. */
  readonly detail?: Detail;
  /** `auto` (the default) follows the reader's colour scheme. */
  readonly theme?: Theme;
}

const margin = 24;

/**
 * A chart as one SVG that needs nothing else: no script, no font, no other file. States carry
 * `id="state:<path>"`, lines `id="edge:<source>><target>"` and `data-transitions`, which `highlight` finds.
 */
export async function toSvg(chart: Chart, options: SvgOptions = {}): Promise<string> {
  const { plan, geometry } = await arrange(chart, options.detail ?? 'detail');
  return drawSvg(plan, geometry, options.theme ?? 'auto');
}

function drawSvg(plan: Plan, geometry: RoutedGeometry, theme: Theme): string {
  const { extent } = geometry;
  const title = titleOf(plan, extent.width);
  const legend = legendOf(plan);
  const width = Math.ceil(Math.max(extent.width, title.width, legend.width) + 2 * margin);
  const bodyTop = margin + title.height + 12;
  const legendTop = bodyTop + extent.height + 20;
  const height = Math.ceil(legendTop + legend.height + margin);
  const left = (width - extent.width) / 2 - extent.x;
  // Two pictures in one page must not share these; spaces would part one id into two.
  const id = plan.chart.id.replace(/[^A-Za-z0-9-]/g, '-');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="${id}-title ${id}-desc" data-machine="${escapeXml(plan.chart.id)}">`,
    `<title id="${id}-title">${escapeXml(`State machine ${plan.chart.id}`)}</title>`,
    `<desc id="${id}-desc">${escapeXml(summaryOf(plan.chart))}</desc>`,
    `<style>${styleSheet(theme)}</style>`,
    `<rect class="paper" width="${width}" height="${height}" rx="8"/>`,
    `<g id="${escapeXml(`state:${plan.chart.id}`)}" class="root">${drawBlock(title, margin, margin)}</g>`,
    `<g transform="translate(${n(left)} ${n(bodyTop - extent.y)})">`,
    ...drawFrames(plan, geometry),
    ...drawEdges(plan, geometry),
    ...drawBoxes(plan, geometry),
    ...drawLabels(plan, geometry),
    '</g>',
    drawLegend(legend, margin, legendTop),
    '</svg>',
    '',
  ].join('\n');
}

import type { AnyStateMachine } from 'xstate';
import type { Detail } from './edge-label.js';
import { overviewOf } from './overview.js';
import type { Theme } from './theme.js';
import { toChart } from './to-chart.js';
import { toDot } from './to-dot.js';
import { toMermaid } from './to-mermaid.js';
import { toPng } from './to-png.js';
import { toSvg } from './to-svg.js';

export type DiagramFormat = 'svg' | 'dot' | 'mermaid' | 'png';

export interface DiagramOptions {
  readonly format?: DiagramFormat;
  /** `overview` (the default) fits one screen; `detail` shows every state, transition and action. */
  readonly detail?: Detail;
  /** `auto` (the default) follows the reader's colour scheme; a PNG cannot, and takes it as `light`. */
  readonly theme?: Theme;
}

/** A machine as a picture in one step: text for `svg`, `dot` and `mermaid`, bytes for `png`. */
export async function renderDiagram(machine: AnyStateMachine, options: DiagramOptions & { readonly format: 'png' }): Promise<Uint8Array>;
export async function renderDiagram(machine: AnyStateMachine, options?: DiagramOptions & { readonly format?: Exclude<DiagramFormat, 'png'> }): Promise<string>;
export async function renderDiagram(machine: AnyStateMachine, options?: DiagramOptions): Promise<string | Uint8Array>;
export async function renderDiagram(machine: AnyStateMachine, options: DiagramOptions = {}): Promise<string | Uint8Array> {
  const { format = 'svg', detail = 'overview', theme = 'auto' } = options;
  const whole = toChart(machine);
  const chart = detail === 'overview' ? overviewOf(whole) : whole;
  switch (format) {
    case 'dot':
      return toDot(chart, { detail });
    case 'mermaid':
      return toMermaid(chart, { detail });
    case 'svg':
      return toSvg(chart, { detail, theme });
    case 'png':
      return toPng(await toSvg(chart, { detail, theme: theme === 'auto' ? 'light' : theme }));
  }
}

/** `windlass/diagrams`: pictures of state machines. It works on any xstate v5 machine and knows nothing of domains. */
export type { Chart, ChartInvoke, ChartState, ChartTransition, StateKind, TransitionKind } from './chart.js';
export type { Detail } from './edge-label.js';
export { activeStates, highlight, type Located } from './highlight.js';
export { overviewOf } from './overview.js';
export { transitionId } from './read-transitions.js';
export { renderDiagram, type DiagramFormat, type DiagramOptions } from './render-diagram.js';
export type { Theme } from './theme.js';
export { toChart } from './to-chart.js';
export { toDot, type DotOptions } from './to-dot.js';
export { toMermaid, type MermaidOptions } from './to-mermaid.js';
export { toPng } from './to-png.js';
export { toSvg, type SvgOptions } from './to-svg.js';

export type { Chart, ChartInvoke, ChartState, ChartTransition, StateKind, TransitionKind } from './chart.js';
export { overviewOf } from './overview.js';
export { toChart } from './to-chart.js';
export { toDot } from './to-dot.js';
export { toPng } from './to-png.js';
export { toSvg } from './to-svg.js';

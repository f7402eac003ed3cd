/** An exploration in words, and a broken rule as a scenario that can be read, kept and played again. */
import type { Exploration, Violation } from './explore.js';

export function summary({ complete, depth, machineStates, paths, setting, states, transitions }: Exploration, seconds: number): string {
  const extent = complete ? 'all of them' : 'up to the bound';
  return (
    `${setting.policy}, ${setting.onChange}${setting.resizable ? ', memory changes' : ''}${setting.counting ? ' and is accounted for' : ''}: ${states} states, ${transitions} transitions (${extent}), ` +
    `${depth} steps deep, ${machineStates} machine states in ${paths.size} state nodes, ${seconds.toFixed(1)} s`
  );
}

export function scenario({ rule, trace }: Violation): string {
  const steps = trace.map(({ state, what, who }, index) => `${String(index + 1).padStart(3)}. ${who.padEnd(7)} ${what.padEnd(60)} ${state}`);
  return [`Broken: ${rule}.`, ...steps].join('\n');
}

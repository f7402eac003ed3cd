import type { StateValue } from 'xstate';
import { tones } from './palette.js';
import { token } from './svg-text.js';
import { scope } from './theme.js';

/** What `highlight` needs of a snapshot; every machine snapshot has it, and so has one that came as JSON. */
export interface Located {
  readonly value: StateValue;
}

/**
 * The same picture with the active states and the way taken lit. It only adds one style rule: nothing is laid out
 * again, and a picture that is lit already is lit anew.
 *
 * @param svg a picture by `toSvg`, overview or detail
 * @param path ids of the transitions taken (`ChartTransition.id`, or `transitionId` of an inspection event)
 */
export function highlight(svg: string, snapshot: Located, path: readonly string[] = []): string {
  const machine = /data-machine="([^"]*)"/.exec(svg)?.[1];
  if (machine === undefined) throw new TypeError('highlight needs an SVG that was made by toSvg');
  const clean = svg.replace(/<style data-lit="">.*?<\/style>\n?/s, '');
  const states = activeStates(unescape(machine), snapshot.value).map((id) => `${scope} .state[id=${quote(`state:${id}`)}]`);
  const ways = [...new Set(path)].map((id) => `${scope} .edge[data-transitions~=${quote(token(id))}]`);
  const rule = `${[...states, ...ways].join(',')}{color:${tones.lit.light};stroke-width:3.4}`;
  // Before the end, so that it comes after the picture's own rules.
  return clean.replace(/<\/svg>\s*$/, () => `<style data-lit="">${rule.replace(/&/g, '&amp;').replace(/</g, '&lt;')}</style>\n</svg>\n`);
}

/** Every state that a state value stands in, from the machine's root to the leaves. */
export function activeStates(machineId: string, value: StateValue): readonly string[] {
  const inside = (path: string, at: StateValue): readonly string[] =>
    typeof at === 'string'
      ? [`${path}.${at}`]
      : Object.entries(at).flatMap(([key, inner]) => [`${path}.${key}`, ...(inner === undefined ? [] : inside(`${path}.${key}`, inner))]);
  return [machineId, ...inside(machineId, value)];
}

function quote(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\a ')}"`;
}

function unescape(text: string): string {
  return text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&amp;/g, '&');
}

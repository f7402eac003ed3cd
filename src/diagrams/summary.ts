import type { Chart } from './chart.js';

/** The picture in words, for those who do not see it: every state with the ways out of it. */
export function summaryOf({ description, states, transitions }: Chart): string {
  const nameOf = (id: string): string => states.find((state) => state.id === id)?.name ?? id;
  const told = states.slice(1).map(({ id, name, kind }) => {
    const ways = transitions
      .filter(({ source, targets }) => source === id && targets.length > 0)
      .map(({ label, guard, otherwise, targets }) => `${label}${guard === undefined ? (otherwise ? ' otherwise' : '') : ` if ${guard}`} to ${targets.map(nameOf).join(' and ')}`);
    const end = kind === 'final' ? ' (final)' : '';
    return ways.length > 0 ? `${name}${end}: ${ways.join('; ')}.` : `${name}${end}.`;
  });
  return [...(description === undefined ? [] : [description]), ...told].join(' ');
}

import type { BackEnd } from './model.js';

/** One way to serve a device's I/O. */
export interface BackEndOption {
  readonly backEnd: BackEnd;
  /** May it be used here: opened by this engine, not switched off by the document? */
  readonly usable: boolean;
  /** Half a sentence: why it may, or why it may not. */
  readonly reason: string;
}

/** The option taken and one sentence about it; undefined back end when none is usable. */
export interface BackEndDecision {
  readonly backEnd: BackEnd | undefined;
  readonly why: string;
}

/** The closer to the kernel, the fewer context switches a request costs; the VMM is the last resort. */
const cost: Readonly<Record<BackEnd['kind'], number>> = { kernel: 0, process: 1, vmm: 2 };

/** Takes the cheapest usable option: the host kernel first, then another process, then the VMM. Equal kinds keep their order. */
export function chooseBackEnd(options: readonly BackEndOption[]): BackEndDecision {
  const ranked = options.toSorted((one, other) => cost[one.backEnd.kind] - cost[other.backEnd.kind]);
  const place = ranked.findIndex(({ usable }) => usable);
  const taken = ranked[place];
  const passedOver = ranked
    .slice(0, place === -1 ? ranked.length : place)
    .map(({ backEnd, reason }) => `${backEnd.name} is passed over: ${reason}`);
  if (taken === undefined) return { backEnd: undefined, why: sentence(passedOver) };
  return { backEnd: taken.backEnd, why: sentence([`${taken.backEnd.name} serves it: ${taken.reason}`, ...passedOver]) };
}

function sentence(parts: readonly string[]): string {
  return parts.join('; ');
}

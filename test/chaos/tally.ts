/** What happened in a run: kept for its summary, and for the report of a violation. */
import type { ActionKind, Step } from './schedule.js';
import { inWords } from './schedule.js';

/** Steps that a violation is told with. */
const kept = 40;

export interface Tally {
  note(step: Step, done: boolean): void;
  adopted(): void;
  wasCut(): void;
  calm(milliseconds: number): void;
  /** The last steps, the newest last. */
  readonly last: () => readonly string[];
  summary(facts: { readonly seconds: number; readonly starts: number; readonly looks: number }): string;
}

export function createTally(): Tally {
  const begun = performance.now();
  const done = new Map<ActionKind, number>();
  const missed = new Map<ActionKind, number>();
  const calms: number[] = [];
  let last: string[] = [];
  let adoptions = 0;
  let cuts = 0;

  return {
    note(step, carriedOut) {
      const counts = carriedOut ? done : missed;
      counts.set(step.action.kind, (counts.get(step.action.kind) ?? 0) + 1);
      const line = `${((performance.now() - begun) / 1000).toFixed(3).padStart(9)} s  ${String(step.number).padStart(5)}  ${inWords(step.action)}${carriedOut ? '' : '  (nothing there)'}`;
      last = [...last, line].slice(-kept);
      console.log(line);
    },
    adopted: () => void (adoptions += 1),
    wasCut: () => void (cuts += 1),
    calm(milliseconds) {
      calms.push(milliseconds);
      console.log(`             calm after ${(milliseconds / 1000).toFixed(2)} s`);
    },
    last: () => last,
    summary({ looks, seconds, starts }) {
      const actions = [...done].sort(([one], [other]) => (one < other ? -1 : 1)).map(([kind, count]) => `  ${kind.padEnd(14)} ${count}${inBrackets(missed.get(kind))}`);
      const sorted = [...calms].sort((one, other) => one - other);
      return [
        `${seconds.toFixed(0)} s of chaos, ${looks} looks at the host`,
        ...actions,
        `  engines started ${starts}, anchors adopted ${adoptions}, channels cut ${cuts}`,
        `  calm ${calms.length} times; longest convergence ${((sorted.at(-1) ?? 0) / 1000).toFixed(2)} s, median ${((sorted[Math.floor(sorted.length / 2)] ?? 0) / 1000).toFixed(2)} s`,
      ].join('\n');
    },
  };
}

function inBrackets(count: number | undefined): string {
  return count === undefined ? '' : `  (and ${count} with nothing to do it to)`;
}

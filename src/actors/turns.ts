/** Calls that take their turn: each begins when those that were made before it have ended, however they ended. */
export type Turns = <Given, Result>(work: (given: Given) => Promise<Result>) => (given: Given) => Promise<Result>;

export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => (given) => {
    const mine = last.then(() => work(given));
    last = mine.catch(() => undefined);
    return mine;
  };
}

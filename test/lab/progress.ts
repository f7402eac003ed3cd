/** Tells one line about what a lab is doing. */
export type Say = (line: string) => void;

export const toStderr: Say = (line) => process.stderr.write(`${line}\n`);

/** Runs one step of a build, and tells of its beginning and of the seconds that it took. */
export type Step = <Result>(number: number, name: string, work: () => Promise<Result>) => Promise<Result>;

/** A build of so many steps: `3/7 root image …`. Those that the cache makes needless are not told. */
export function steps(total: number, say: Say): Step {
  return async (number, name, work) => {
    const place = `${number}/${total} ${name}`;
    say(`${place} …`);
    const began = performance.now();
    const result = await work();
    say(`${place}: ${((performance.now() - began) / 1_000).toFixed(1)} s`);
    return result;
  };
}

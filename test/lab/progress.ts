/** Tells one line about what a lab is doing. */
export type Say = (line: string) => void;

export const toStderr: Say = (line) => process.stderr.write(`${line}\n`);

/** Steps that are told as they begin (`3/7 root image …`), with the seconds that each took. */
export function steps(total: number, say: Say): <Result>(name: string, work: () => Promise<Result>) => Promise<Result> {
  let number = 0;
  return async (name, work) => {
    number += 1;
    const place = `${number}/${total}`;
    say(`${place} ${name} …`);
    const began = performance.now();
    const result = await work();
    say(`${place} ${name}: ${((performance.now() - began) / 1_000).toFixed(1)} s`);
    return result;
  };
}

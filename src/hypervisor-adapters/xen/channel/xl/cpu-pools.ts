/**
 * Reads the output of `xl cpupool-list -c`: the CPUs of the first pool, ascending. That is pool 0, which is always there and in which domains
 * begin whatever it is called. Never throws; undefined where no such line is there.
 */
export function readFirstPool(text: string): readonly number[] | undefined {
  const [head, first] = text.split('\n');
  if (head === undefined || first === undefined || !/^Name +CPU list$/.test(head)) return undefined;
  // The list begins in its column, or right behind a longer name, which cannot be told from it.
  const [, list] = /^.{18} (\d+(?:,\d+)*)$/.exec(first) ?? [];
  return list?.split(',').map(Number).sort((one, other) => one - other);
}

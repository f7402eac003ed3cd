/** Longest name that is compared: nobody means a field by a longer one, and the comparison is quadratic. */
const LONGEST_COMPARED = 64;

/** The choice that a mistyped name most likely meant: at most a third of its letters differ, whatever their case. */
export function closestName(name: string, choices: readonly string[]): string | undefined {
  if (name.length > LONGEST_COMPARED) return undefined;
  const wanted = name.toLowerCase();
  let best: { choice: string; distance: number } | undefined;
  for (const choice of choices) {
    const distance = editDistance(wanted, choice.toLowerCase());
    const bound = Math.max(1, Math.floor(Math.max(wanted.length, choice.length) / 3));
    if (distance <= bound && (best === undefined || distance < best.distance)) best = { choice, distance };
  }
  return best?.choice;
}

/** Letters to insert, remove, replace or swap with their neighbour (optimal string alignment). */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const differs = from[row - 1] === to[column - 1] ? 0 : 1;
      let cost = Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + differs);
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? 0;
}

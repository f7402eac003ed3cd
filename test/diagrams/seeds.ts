/** Seeds of the random machines for checks that take long: one in twenty, small ones and large ones among them, or all with `DIAGRAM_SEEDS=all`. */
export const someSeeds: readonly number[] = Array.from({ length: 200 }, (_each, index) => index + 1).filter((seed) => process.env['DIAGRAM_SEEDS'] === 'all' || seed % 20 === 10);

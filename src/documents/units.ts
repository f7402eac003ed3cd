/** Bytes in each size unit that a document may use. */
const BYTES = {
  K: 1000,
  M: 1000 ** 2,
  G: 1000 ** 3,
  T: 1000 ** 4,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
} as const;

/** Milliseconds in each duration unit that a document may use. */
const MILLISECONDS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `64Mi`, `1.5Gi`, `512MiB`, `2G`. */
export const SIZE_PATTERN = /^(\d{1,15}(?:\.\d{1,3})?)([KMGT]i?)B?$/;

/** `500ms`, `10s`, `1.5m`. */
export const DURATION_PATTERN = /^(\d{1,12}(?:\.\d{1,3})?)(ms|s|m|h|d)$/;

/** Bytes of a size such as `64Mi`; undefined where it is no size, or no whole and exact number of bytes. */
export function parseSize(text: string): number | undefined {
  return parseQuantity(SIZE_PATTERN, BYTES, text);
}

/** Milliseconds of a duration such as `10s`; undefined where it is no duration, or no whole number of milliseconds. */
export function parseDuration(text: string): number | undefined {
  return parseQuantity(DURATION_PATTERN, MILLISECONDS, text);
}

/** The shortest exact size that `parseSize` reads back: binary units first, plain bytes where no unit divides. */
export function formatSize(bytes: number): string {
  return formatQuantity(bytes, ['Ti', 'Gi', 'Mi', 'Ki', 'T', 'G', 'M', 'K'], BYTES) ?? String(bytes);
}

/** The shortest exact duration that `parseDuration` reads back. */
export function formatDuration(milliseconds: number): string {
  return formatQuantity(milliseconds, ['d', 'h', 'm', 's'], MILLISECONDS) ?? `${milliseconds}ms`;
}

function parseQuantity(pattern: RegExp, scale: Readonly<Record<string, number>>, text: string): number | undefined {
  const [, amount, unit] = pattern.exec(text) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  const factor = scale[unit];
  if (factor === undefined) return undefined;
  // Thousandths are whole numbers, so 1.1s is exactly 1100 ms whatever binary floating point makes of 1.1.
  const [whole = '', fraction = ''] = amount.split('.');
  const thousandths = BigInt(whole) * 1000n + BigInt(fraction.padEnd(3, '0'));
  const scaled = thousandths * BigInt(factor);
  if (scaled % 1000n !== 0n || scaled / 1000n > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  return Number(scaled / 1000n);
}

function formatQuantity<Unit extends string>(
  value: number,
  units: readonly Unit[],
  scale: Readonly<Record<Unit, number>>,
): string | undefined {
  const unit = units.find((candidate) => value !== 0 && value % scale[candidate] === 0);
  return unit === undefined ? undefined : `${value / scale[unit]}${unit}`;
}

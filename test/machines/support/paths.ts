/** `{ anchored: { running: 'healthy' } }` is `anchored.running.healthy`; no machine here has parallel states. */
export function pathOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const [entry] = Object.entries(value as Record<string, unknown>);
  return entry === undefined ? '' : `${entry[0]}.${pathOf(entry[1])}`;
}

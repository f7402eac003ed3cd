/** `{ anchored: { running: 'healthy' } }` is `anchored.running.healthy`; no machine here has parallel states. */
export function pathOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const [entry] = Object.entries(value as Record<string, unknown>);
  return entry === undefined ? '' : `${entry[0]}.${pathOf(entry[1])}`;
}

/** The name by which a state invokes its effect; none is invoked in any other way. */
export function nameOf(src: unknown): string {
  if (typeof src !== 'string') throw new TypeError('an effect is not invoked by name');
  return src;
}

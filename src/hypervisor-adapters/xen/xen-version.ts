/** Whether a version such as `4.20.4` or `4.19.0-rc2` is this one or a later one. One that cannot be read is taken for the oldest that is served. */
export function isXenSince(version: string | undefined, major: number, minor: number): boolean {
  const [, first, second] = /^(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  if (first === undefined || second === undefined) return false;
  return Number(first) > major || (Number(first) === major && Number(second) >= minor);
}

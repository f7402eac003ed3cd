import { parseDuration } from '../index.js';
import { UsageError } from './failures.js';

/** Milliseconds of an option such as `--timeout 90s`. */
export function durationOption(option: string, text: string): number {
  const milliseconds = parseDuration(text);
  // Longer waits overflow the timers of Node.
  if (milliseconds === undefined || milliseconds === 0 || milliseconds > 2 ** 31 - 1) throw new UsageError(`${option} wants a duration such as 90s or 5m, not ${JSON.stringify(text)}`);
  return milliseconds;
}

export function countOption(option: string, text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(`${option} wants a whole number, not ${JSON.stringify(text)}`);
  return Number(text);
}

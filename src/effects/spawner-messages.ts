/** What the engine and its spawner process say to each other: one JSON object a line, in both directions. */
import type { LaunchRequest } from './ports/processes.js';

export interface SpawnOrder {
  readonly id: number;
  readonly request: LaunchRequest;
}

export type SpawnerReport =
  /** Orders are taken from now on. */
  | { readonly type: 'ready' }
  | { readonly type: 'started'; readonly id: number; readonly pid: number; readonly startTime: string; readonly executable: string }
  /** Nothing was started. */
  | { readonly type: 'refused'; readonly id: number; readonly code: string; readonly message: string; readonly retryable: boolean }
  | { readonly type: 'exited'; readonly id: number; readonly code: number | null; readonly signal: string | null };

export function encodeLine(message: SpawnOrder | SpawnerReport): string {
  return `${JSON.stringify(message)}\n`;
}

/** Cuts a byte stream into lines; give the returned function every chunk, decoded as UTF-8. */
export function lineReader(onLine: (line: string) => void): (chunk: string) => void {
  let pending = '';
  return (chunk) => {
    const lines = (pending + chunk).split('\n');
    pending = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  };
}

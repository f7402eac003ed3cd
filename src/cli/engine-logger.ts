import type { EngineOptions } from '../index.js';
import type { Invocation } from './invocation.js';

/** The engine's own log on stderr, as `--log-level` asks; nothing where it does not. */
export async function engineLogger({ logLevel }: Invocation): Promise<Pick<EngineOptions, 'logger'>> {
  if (logLevel === 'silent') return {};
  const { pino } = await import('pino');
  return { logger: pino({ level: logLevel }, pino.destination({ dest: 2, sync: true })) };
}

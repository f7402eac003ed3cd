import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * Arguments for `node` that run the spawner process. From `dist` it is plain JavaScript. From TypeScript sources (tests, benchmarks) it
 * is run through tsx, which is there whenever the sources are run; a built `dist` beside them might be older than they are.
 */
export function spawnerArguments(): readonly string[] {
  const here = import.meta.url;
  const fromSources = here.endsWith('.ts');
  const script = fileURLToPath(new URL(fromSources ? './spawner-process.ts' : './spawner-process.js', here));
  if (!fromSources) return [script];
  return ['--import', pathToFileURL(createRequire(here).resolve('tsx')).href, script];
}

import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The programs of `effects/` that run as processes of their own. */
export type OwnScript = 'spawner-process' | 'device-process';

/**
 * Arguments for `node` that run one of them. From `dist` it is plain JavaScript. From TypeScript sources (tests, benchmarks) it is run
 * through tsx, which is there whenever the sources are run; a built `dist` beside them might be older than they are.
 */
export function ownScript(name: OwnScript): readonly string[] {
  const here = import.meta.url;
  const fromSources = here.endsWith('.ts');
  const script = fileURLToPath(new URL(`./${name}.${fromSources ? 'ts' : 'js'}`, here));
  if (!fromSources) return [script];
  return ['--import', pathToFileURL(createRequire(here).resolve('tsx')).href, script];
}

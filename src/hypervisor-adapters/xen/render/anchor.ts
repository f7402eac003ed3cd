import type { PlanProblem } from '../../contract/plan.js';
import type { AnchorRecipe } from '../../contract/recipe.js';
import { domainUuid } from './firmware-tables.js';
import type { Part, PlanContext } from './part.js';
import { xlArgument, xlConfigText, type XlSetting } from './xl-config.js';

/** `sun_path` of Linux is 108 bytes with its NUL. */
const longestSocketPath = 107;

/** Written before each start. */
export function configFile({ layout }: Pick<PlanContext, 'layout'>): string {
  return `${layout.directory}/xl.cfg`;
}

/** What the anchor carries in its arguments, and Xen as the domain's identity. */
function marker(context: PlanContext): string {
  return xlArgument('uuid', domainUuid(context));
}

/**
 * xl stays in the foreground, so that the process that was started is the anchor, and leaves the domain paused before its first instruction.
 * The domain is what counts: it lives on when xl is killed.
 */
export function recipe(context: PlanContext, parts: Part, settings: readonly XlSetting[]): AnchorRecipe {
  const { facts, layout } = context;
  const file = configFile(context);
  return {
    executable: facts.executable ?? '/usr/sbin/xl',
    args: ['create', '-F', '-p', file, marker(context)],
    // Nothing of the engine's own environment, where secrets may be.
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
    marker: marker(context),
    files: [{ path: file, content: xlConfigText(settings), mode: 0o600 }, ...parts.files],
    copies: [],
    requires: parts.requires,
    transient: [...new Set([file, layout.cons, ...parts.files.map(({ path }) => path), ...parts.sockets.map((name) => `${layout.directory}/${name}`)])],
  };
}

/** Paths of the state directory that xl or a dialler could not take. */
export function pathProblems(context: PlanContext, sockets: readonly string[]): readonly PlanProblem[] {
  const { layout } = context;
  const field = 'metadata.name';
  const assigned = configFile(context).includes('=')
    ? [{ field, code: 'PLAN_VALUE_REFUSED', message: `xl would take ${configFile(context)} for a setting, because of its equals sign`, cure: 'use another --state-dir' }]
    : [];
  const long = sockets
    .map((name) => `${layout.directory}/${name}`)
    .filter((path) => Buffer.byteLength(path) > longestSocketPath)
    .map((path) => ({
      field,
      code: 'PLAN_PATH_TOO_LONG',
      message: `the socket ${path} has a path of ${Buffer.byteLength(path)} bytes, and Linux takes ${longestSocketPath}`,
      cure: 'use a shorter --state-dir, or a shorter name',
    }));
  return [...assigned, ...long];
}

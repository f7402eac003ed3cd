import type { Ports } from '../effects/ports.js';
import { messageOf, WindlassError } from '../errors.js';
import type { AnchorRecipe } from '../hypervisor-adapters/contract/recipe.js';
import type { StateLayout } from '../hypervisor-adapters/contract/state-layout.js';
import type { AnchorHome } from './home.js';
import { type AnchorFinding, observeAnchor } from './observe.js';

/** What `writeAtomic` calls a file that is not finished; an engine that was killed leaves it. */
const unfinished = /^\..+\.[0-9a-f]{12}\.tmp$/;

/**
 * Makes the state directory ready for a launch: checks what the recipe requires, removes what an earlier anchor left that would mislead,
 * writes and copies files. Can be run again at any time before the launch.
 *
 * Rejects with PREPARE_PATH_ABSENT or PREPARE_PATH_NOT_PERMITTED naming the field, with ANCHOR_NOT_ABSENT when an anchor lives (or may)
 * whose sockets would be removed under it, and as `FilePort` does.
 */
export async function prepareAnchor(ports: Ports, recipe: AnchorRecipe, { adapter, layout }: Omit<AnchorHome, 'marker'>): Promise<void> {
  for (const { path } of recipe.files) assertInside(path, layout);
  await checkRequired(ports, recipe);
  await assertAbsent(ports, { layout, marker: recipe.marker, ...(adapter === undefined ? {} : { adapter }) });
  await ports.files.ensureDirectory(layout.directory, 0o700);
  // The console of the last run is there to read until now. A run that comes to nothing would show it as its own.
  await removeTransient(ports, layout, [...recipe.transient, layout.consoleLog, layout.consoleStart]);
  for (const { path, content, encoding, mode } of recipe.files) await ports.files.writeAtomic(path, encoding === undefined ? content : Buffer.from(content, encoding), mode);
  for (const { from, to, mode } of recipe.copies) await ports.files.copyIfAbsent(from, to, mode);
}

/** Removes the pid file, unfinished files and what the recipe names, as far as they are there. Only for an anchor that is confirmed absent. */
export async function removeTransient(ports: Ports, layout: StateLayout, transient: readonly string[]): Promise<void> {
  const names = await ports.files.list(layout.directory);
  const leftovers = names.filter((name) => unfinished.test(name)).map((name) => `${layout.directory}/${name}`);
  for (const path of transient) assertInside(path, layout);
  const isThere = (path: string): boolean => {
    const name = path.slice(layout.directory.length + 1);
    return name.includes('/') || names.includes(name);
  };
  // At a first start nothing is: looking once costs less than being told so for each.
  for (const path of [layout.pid, ...transient, ...leftovers].filter(isThere)) await ports.files.remove(path);
}

/** Rejects with ANCHOR_NOT_ABSENT unless there is certainly no anchor. */
export async function assertAbsent(ports: Ports, home: AnchorHome): Promise<void> {
  const finding = await observeAnchor(ports, home);
  if (finding.presence === 'absent') return;
  throw new WindlassError('ANCHOR_NOT_ABSENT', `${home.layout.directory} is still in use: ${whyInUse(finding)}`, { retryable: true });
}

function whyInUse(finding: Exclude<AnchorFinding, { presence: 'absent' }>): string {
  if (finding.presence === 'unknown') return finding.reason;
  return finding.identity === null ? 'the hypervisor runs its domain' : `process ${finding.identity.pid} is its anchor`;
}

async function checkRequired(ports: Ports, recipe: AnchorRecipe): Promise<void> {
  await Promise.all(
    recipe.requires.map(async ({ field, path, writable }) => {
      if (await ports.files.accessible(path, writable ? 'write' : 'read')) return;
      const there = await ports.files.stat(path).catch((cause: unknown) => messageOf(cause));
      if (there === undefined) throw new WindlassError('PREPARE_PATH_ABSENT', `${field}: there is no ${path}`, { field, retryable: true });
      const wanted = writable ? 'read and written' : 'read';
      throw new WindlassError('PREPARE_PATH_NOT_PERMITTED', `${field}: ${path} cannot be ${wanted} by this engine`, { field, retryable: true });
    }),
  );
}

/** A recipe writes into its own state directory only, and removes nothing elsewhere. */
function assertInside(path: string, layout: StateLayout): void {
  if (path.startsWith(`${layout.directory}/`) && !path.split('/').includes('..')) return;
  throw new WindlassError('RECIPE_PATH_OUTSIDE', `the recipe names ${path}, which is not in ${layout.directory}`);
}

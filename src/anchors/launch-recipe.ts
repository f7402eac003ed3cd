import type { LaunchedProcess } from '../effects/ports/processes.js';
import type { Ports } from '../effects/ports.js';
import { WindlassError } from '../errors.js';
import type { AnchorRecipe } from '../hypervisor-adapters/contract/recipe.js';
import type { StateLayout } from '../hypervisor-adapters/contract/state-layout.js';

/**
 * Starts a recipe's process in its state directory, so that the recipe may use short relative socket paths, as its user if it names one.
 * For adapters whose VMM does not change its user by itself. Rejects as `ProcessPort.launchDetached` does, and with USER_UNKNOWN.
 */
export async function launchRecipe(ports: Ports, recipe: AnchorRecipe, layout: StateLayout): Promise<LaunchedProcess> {
  const { args, env, executable, user } = recipe;
  const account = user === undefined ? undefined : await ports.host.user(user);
  if (user !== undefined && account === undefined) {
    throw new WindlassError('USER_UNKNOWN', `this host has no user ${user}`, { field: 'spec.user', cure: 'create the user, or name another' });
  }
  return ports.processes.launchDetached({ executable, args, env, cwd: layout.directory, log: layout.anchorLog, ...account });
}

import type { LaunchedProcess } from '../../../effects/ports/processes.js';
import type { Ports } from '../../../effects/ports.js';
import type { AnchorRecipe } from '../../contract/recipe.js';
import type { StateLayout } from '../../contract/state-layout.js';

/**
 * Starts QEMU in the state directory, to which the recipe's socket names are relative. It outlives the engine, and what it says goes to
 * the anchor log. Rejects as `ProcessPort.launchDetached` does.
 */
export async function launch(ports: Ports, recipe: AnchorRecipe, layout: StateLayout): Promise<LaunchedProcess> {
  return ports.processes.launchDetached({
    executable: recipe.executable,
    args: recipe.args,
    env: recipe.env,
    cwd: layout.directory,
    log: layout.anchorLog,
  });
}

import type { LaunchedProcess } from '../../../effects/ports/processes.js';
import type { Ports } from '../../../effects/ports.js';
import type { AnchorRecipe } from '../../contract/recipe.js';
import type { StateLayout } from '../../contract/state-layout.js';

/**
 * Starts `xl create -F -p`: xl builds the domain, leaves it paused, and stays as its anchor, so that the process which is started here is the
 * one that counts. Rejects as `ProcessPort.launchDetached` does.
 */
export async function launch(ports: Ports, { args, env, executable }: AnchorRecipe, layout: StateLayout): Promise<LaunchedProcess> {
  return ports.processes.launchDetached({ executable, args, env, cwd: layout.directory, log: layout.anchorLog });
}

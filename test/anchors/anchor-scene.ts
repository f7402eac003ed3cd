import { hostPorts, type HostPorts } from '../../src/effects/host-ports.js';
import type { LaunchedProcess, ProcessIdentity } from '../../src/effects/ports/processes.js';
import type { AnchorRecipe } from '../../src/hypervisor-adapters/contract/recipe.js';
import type { StateLayout } from '../../src/hypervisor-adapters/contract/state-layout.js';
import { launchAnchor } from '../../src/anchors/launch.js';
import { launchRecipe } from '../../src/anchors/launch-recipe.js';
import { layoutOf } from '../../src/anchors/layout.js';
import { prepareAnchor } from '../../src/anchors/prepare.js';
import { temporaryDirectory } from '../effects/temporary-directory.js';

/** A state root on a real disk, real ports, and anchors that are shells which stop themselves: they live until they are killed. */
export interface AnchorScene extends AsyncDisposable {
  readonly ports: HostPorts;
  readonly root: string;
  readonly layout: StateLayout;
  readonly recipe: AnchorRecipe;
  readonly record: { readonly domain: string; readonly hypervisor: 'process'; readonly incarnation: number; readonly generation: number; readonly marker: string };
  /** Prepares and launches. */
  launch(): Promise<LaunchedProcess>;
  /** Starts the recipe's process with no record: what an engine leaves that dies right after the spawn. */
  spawnOnly(): Promise<ProcessIdentity>;
}

let scenes = 0;

export async function anchorScene(changes: Partial<AnchorRecipe> = {}): Promise<AnchorScene> {
  const directory = await temporaryDirectory();
  // Launched directly: a spawner process for each scene, as a worker's size would ask for, takes longer than its test.
  const ports = hostPorts({ spawner: 'never' });
  const root = `${directory.path}/run`;
  const layout = layoutOf(root, 'process', 'hello');
  const marker = `windlass-anchor-test-${process.pid}-${(scenes += 1)}`;
  const started: ProcessIdentity[] = [];
  const recipe: AnchorRecipe = {
    executable: '/bin/sh',
    args: ['-c', 'kill -STOP $$; exit 0', marker],
    env: {},
    marker,
    files: [],
    copies: [],
    requires: [],
    transient: [`${layout.directory}/qmp`],
    ...changes,
  };
  const record = { domain: 'hello', hypervisor: 'process', incarnation: 3, generation: 2, marker } as const;
  const start = async (): Promise<LaunchedProcess> => {
    const launched = await launchRecipe(ports, recipe, layout);
    started.push(launched.identity);
    return launched;
  };
  return {
    ports,
    root,
    layout,
    recipe,
    record,
    launch: async () => {
      await prepareAnchor(ports, recipe, { layout });
      return launchAnchor(ports, { layout, record, launch: start });
    },
    spawnOnly: async () => (await start()).identity,
    [Symbol.asyncDispose]: async () => {
      for (const identity of started) await ports.processes.signal(identity, 'SIGKILL');
      await ports.close();
      await directory[Symbol.asyncDispose]();
    },
  };
}

import { join } from 'node:path';
import { WindlassError } from '../errors.js';
import type { HypervisorName } from '../hypervisor-adapters/contract/hypervisor-name.js';
import type { StateLayout } from '../hypervisor-adapters/contract/state-layout.js';

/** Names of the first level of a state directory. */
export const hypervisorNames = ['qemu', 'xen', 'firecracker', 'acrn', 'solo5', 'process'] as const satisfies readonly HypervisorName[];

/** The names that documents may give to domains (documents/schema), checked again where a name becomes a path. */
const domainName = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const longestDomainName = 63;

/** Where a domain's state lives: `<root>/<hypervisor>/<domain>/`. Throws DOMAIN_NAME_INVALID rather than leave the root. */
export function layoutOf(root: string, hypervisor: HypervisorName, domain: string): StateLayout {
  if (!isDomainName(domain)) {
    throw new WindlassError('DOMAIN_NAME_INVALID', `${JSON.stringify(domain)} is not the name of a domain`, {
      domain,
      field: 'metadata.name',
      cure: `write 1 to ${longestDomainName} small letters, digits and hyphens, with no hyphen at either end`,
    });
  }
  const directory = join(root, hypervisor, domain);
  return {
    root,
    directory,
    pid: join(directory, 'pid'),
    cons: join(directory, 'cons'),
    consoleLog: join(directory, 'console.log'),
    consoleStart: join(directory, 'console.start'),
    anchorLog: join(directory, 'anchor.log'),
    record: join(directory, 'anchor.json'),
  };
}

export function isDomainName(name: string): boolean {
  return name.length <= longestDomainName && domainName.test(name);
}

/**
 * The state directory where nobody names one: `/run/hypervisor` for root, else `$XDG_RUNTIME_DIR/windlass`, else
 * `~/.local/state/windlass/run`. Short, as the paths of unix sockets below it end at 107 bytes. Throws STATE_ROOT_UNKNOWN for a user
 * without either variable.
 */
export function defaultStateRoot(env: Readonly<Record<string, string | undefined>>, uid: number): string {
  if (uid === 0) return '/run/hypervisor';
  const { XDG_RUNTIME_DIR: runtime, HOME: home } = env;
  // Both specifications say: a path that is not absolute is to be ignored.
  if (runtime?.startsWith('/') === true) return join(runtime, 'windlass');
  if (home?.startsWith('/') === true) return join(home, '.local/state/windlass/run');
  throw new WindlassError('STATE_ROOT_UNKNOWN', 'neither XDG_RUNTIME_DIR nor HOME says where this user keeps state', { cure: 'name a state directory' });
}

/** Xen's domains by their UUIDs: they live on when xl's process is gone. */
import type { FilePort } from '../../../effects/ports/files.js';
import type { Ports } from '../../../effects/ports.js';
import type { Presence, ProcessIdentity } from '../../../effects/ports/processes.js';
import { WindlassError } from '../../../errors.js';
import type { DomainUsage } from '../../contract.js';
import type { HostedDomains } from '../../contract/hosted-domains.js';
import type { XlDomain } from '../channel/xl/domain-list.js';
import { isXlError, type XlErrorCode } from '../channel/xl/errors.js';
import { type Toolstack, toolstackOf } from './toolstack.js';

/** Milliseconds between two looks at a domain that is being torn down: a domain says nothing while its memory is scrubbed. */
const tearingDown = 100;

export const hostedDomains: HostedDomains = {
  async presence(ports, marker) {
    try {
      if (!(await runsOnXen(ports.files))) return 'absent';
      const toolstack = await toolstackOf(ports);
      return toolstack === undefined ? 'unknown' : (await find(toolstack, marker)).presence;
    } catch {
      return 'unknown';
    }
  },

  async destroy(ports, marker, signal, onRefused) {
    if (!(await runsOnXen(ports.files))) return;
    const toolstack = await toolstackOf(ports);
    if (toolstack === undefined) throw new WindlassError('XL_MISSING', 'there is no xl to destroy the domain with', { retryable: true });
    for (;;) {
      const { domain, presence } = await find(toolstack, marker);
      if (presence === 'absent') return;
      // By its number: between a name and its domain somebody may come.
      if (domain !== undefined) await toolstack.xl.destroy(domain.id, signal).catch((error: unknown) => tellRefusal(error, onRefused));
      await ports.clock.sleep(tearingDown, signal);
    }
  },
};

/** Somebody else may have destroyed the domain, or be about to: the next look tells. */
const asWished: readonly XlErrorCode[] = ['XL_DOMAIN_UNKNOWN', 'XL_UNCERTAIN'];

function tellRefusal(error: unknown, onRefused: (why: WindlassError) => void): void {
  if (error instanceof WindlassError && !asWished.some((code) => isXlError(error, code))) onRefused(error);
}

/** What Xen has given the domain: its anchor process does none of its work. */
export async function usage(ports: Ports, { marker }: { readonly identity: ProcessIdentity | null; readonly marker: string }): Promise<DomainUsage | undefined> {
  const toolstack = await toolstackOf(ports);
  const domain = toolstack === undefined ? undefined : (await find(toolstack, marker)).domain;
  return domain === undefined ? undefined : { cpuSeconds: domain.cpuSeconds, memoryBytes: domain.memoryMiB * 2 ** 20, accountedBy: 'hypervisor' };
}

/** Without Xen below, nothing of Xen lives. */
async function runsOnXen(files: FilePort): Promise<boolean> {
  if ((await files.stat('/proc/xen/capabilities')) !== undefined) return true;
  return (await files.readText('/sys/hypervisor/type'))?.trim() === 'xen';
}

interface Found {
  readonly domain: XlDomain | undefined;
  readonly presence: Presence;
}

/** Looks for the domain that a recipe's marker names. A list with lines that cannot be read does not tell that it is absent. */
export async function find({ roster }: Pick<Toolstack, 'roster'>, marker: string): Promise<Found> {
  const { domains, unreadable } = await roster.look();
  const domain = domains.find(({ uuid }) => uuid === uuidIn(marker));
  if (domain !== undefined) return { domain, presence: 'present' };
  return { domain, presence: unreadable.length === 0 ? 'absent' : 'unknown' };
}

/** A marker is the argument `uuid="…"`. */
function uuidIn(marker: string): string {
  return /^uuid="([0-9a-f-]{36})"$/.exec(marker)?.[1] ?? '';
}

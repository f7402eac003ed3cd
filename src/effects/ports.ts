/**
 * The narrow doors to the operating system. Everything outside `effects/` sees these types only; the engine hands out the real ones
 * (`hostPorts()`), and tests hand out others where a real host cannot show the case.
 *
 * Rules for every port: idempotent where it says `ensure`, no judgement about domains, errors are `WindlassError`s with a stable code.
 */
import type { CgroupPort, OomPort } from './ports/cgroups.js';
import type { ClockPort } from './ports/clock.js';
import type { FilePort } from './ports/files.js';
import type { GrowingFilePort } from './ports/growing-files.js';
import type { HostPort } from './ports/host.js';
import type { LockPort } from './ports/locks.js';
import type { PciDriverPort } from './ports/pci-drivers.js';
import type { PciPort } from './ports/pci.js';
import type { ProcessPort } from './ports/processes.js';
import type { SecretPort } from './ports/secrets.js';
import type { SocketPort } from './ports/sockets.js';

export interface Ports {
  readonly processes: ProcessPort;
  readonly files: FilePort;
  readonly growing: GrowingFilePort;
  readonly sockets: SocketPort;
  readonly host: HostPort;
  readonly cgroups: CgroupPort;
  readonly oom: OomPort;
  readonly secrets: SecretPort;
  readonly pci: PciPort;
  readonly pciDrivers: PciDriverPort;
  readonly clock: ClockPort;
  readonly locks: LockPort;
}

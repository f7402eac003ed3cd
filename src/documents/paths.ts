import type { DomainDocument, DomainSpec } from './domain-spec.js';

/** An absolute path without `.`, `..` and doubled slashes; a relative one starts at `directory`. Pure POSIX: nothing is looked up. */
export function absolutePath(directory: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${directory}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** The directory that a file stands in, as written: `.` for a bare name. */
export function directoryOf(file: string): string {
  const end = file.lastIndexOf('/');
  return end < 0 ? '.' : file.slice(0, Math.max(end, 1));
}

/** A copy of the document in which `resolve` was asked about every path of the host. */
export function resolvePaths(document: DomainDocument, resolve: (path: string) => string): DomainDocument {
  const { spec } = document;
  return { ...document, spec: { ...spec, ...devicePaths(spec, resolve), ...overridePaths(spec, resolve) } };
}

function devicePaths(spec: DomainSpec, resolve: (path: string) => string): Partial<DomainSpec> {
  const { boot, cdrom, display, cloudInit } = spec;
  const optional = optionally(resolve);
  const seed = <Part extends { text: string } | { file: string }>(part: Part | undefined): Part | { file: string } | undefined =>
    part !== undefined && 'file' in part ? { file: resolve(part.file) } : part;
  return {
    boot: { ...boot, kernel: optional(boot.kernel), initrd: optional(boot.initrd) },
    disks: spec.disks.map((disk) => ({ ...disk, image: resolve(disk.image) })),
    cdrom: cdrom && { image: resolve(cdrom.image) },
    shares: spec.shares.map((share) => ({ ...share, path: resolve(share.path) })),
    serial: spec.serial.map((port) => ({ ...port, path: optional(port.path) })),
    acpiTables: spec.acpiTables.map(resolve),
    display: display && {
      ...display,
      vnc: display.vnc && {
        ...display.vnc,
        password:
          display.vnc.password && ('file' in display.vnc.password ? { file: resolve(display.vnc.password.file) } : display.vnc.password),
      },
    },
    cloudInit: cloudInit && {
      userData: seed(cloudInit.userData),
      metaData: seed(cloudInit.metaData),
      networkConfig: seed(cloudInit.networkConfig),
    },
  };
}

function overridePaths(
  { qemu, xen, firecracker, acrn, solo5, process }: DomainSpec,
  resolve: (path: string) => string,
): Partial<DomainSpec> {
  const optional = optionally(resolve);
  return {
    qemu: qemu && { ...qemu, binary: optional(qemu.binary) },
    xen: xen && { ...xen, deviceModel: optional(xen.deviceModel) },
    firecracker: firecracker && {
      ...firecracker,
      binary: optional(firecracker.binary),
      jailer: optional(firecracker.jailer),
      cpuTemplate: optional(firecracker.cpuTemplate),
    },
    acrn: acrn && { ...acrn, binary: optional(acrn.binary) },
    solo5: solo5 && { ...solo5, binary: optional(solo5.binary) },
    process: process && { ...process, workingDirectory: optional(process.workingDirectory) },
  };
}

function optionally(resolve: (path: string) => string): (path: string | undefined) => string | undefined {
  return (path) => (path === undefined ? undefined : resolve(path));
}

import { expect, it } from 'vitest';
import type { FilePort } from '../../../src/effects/ports/files.js';
import { hostPorts } from '../../../src/effects/host-ports.js';
import { uefiFirmware } from '../../../src/hypervisor-adapters/qemu/probe/firmware.js';

/** What a package of OVMF says of one of its builds, cut to what matters. */
function descriptor(code: string, features: readonly string[], architecture = 'x86_64', device = 'flash'): string {
  const flash = { executable: { filename: code, format: 'raw' }, 'nvram-template': { filename: `${code}.vars`, format: 'raw' } };
  const targets = [{ architecture, machines: ['pc-q35-*'] }];
  return JSON.stringify({ 'interface-types': ['uefi'], mapping: { device, ...flash }, targets, features, tags: [] });
}

function hostHaving(files: Readonly<Record<string, string>>): FilePort {
  return {
    ...hostPorts().files,
    list: (directory) => Promise.resolve(Object.keys(files).flatMap((path) => (path.startsWith(`${directory}/`) ? [path.slice(directory.length + 1)] : []))),
    readText: (path) => Promise.resolve(files[path]),
  };
}

it('is read from the descriptors of packages, in the order of their names, and administrators override by name', async () => {
  const files = hostHaving({
    '/usr/share/qemu/firmware/60-plain.json': descriptor('/plain.fd', []),
    '/usr/share/qemu/firmware/40-secure.json': descriptor('/secure.fd', ['requires-smm', 'secure-boot', 'enrolled-keys']),
    '/usr/share/qemu/firmware/50-open.json': descriptor('/open.fd', ['requires-smm', 'secure-boot']),
    '/etc/qemu/firmware/60-plain.json': descriptor('/mine.fd', []),
  });
  expect(await uefiFirmware(files)).toEqual([
    { code: '/secure.fd', variables: '/secure.fd.vars', machines: ['pc-q35-*'], secureBoot: true, needsSmm: true },
    { code: '/open.fd', variables: '/open.fd.vars', machines: ['pc-q35-*'], secureBoot: false, needsSmm: true },
    { code: '/mine.fd', variables: '/mine.fd.vars', machines: ['pc-q35-*'], secureBoot: false, needsSmm: false },
  ]);
});

it('is nothing of another kind, and no half of a file', async () => {
  const files = hostHaving({
    '/usr/share/qemu/firmware/1.json': descriptor('/arm.fd', [], 'aarch64'),
    '/usr/share/qemu/firmware/2.json': descriptor('/memory.fd', [], 'x86_64', 'memory'),
    '/usr/share/qemu/firmware/3.json': '{"interface-types":',
    '/usr/share/qemu/firmware/README': 'no descriptor',
  });
  expect(await uefiFirmware(files)).toEqual([]);
});

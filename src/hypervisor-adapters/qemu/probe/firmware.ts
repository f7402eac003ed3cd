import { z } from 'zod';
import type { FilePort } from '../../../effects/ports/files.js';
import type { FirmwareFacts } from '../../contract/facts.js';

/** Where packages describe firmware, and where administrators override them by a file of the same name (docs/interop/firmware.json of QEMU). */
const directories = ['/etc/qemu/firmware', '/usr/share/qemu/firmware'];

const descriptor = z.object({
  'interface-types': z.array(z.string()),
  mapping: z.object({
    device: z.literal('flash'),
    executable: z.object({ filename: z.string(), format: z.literal('raw') }),
    'nvram-template': z.object({ filename: z.string(), format: z.literal('raw') }),
  }),
  targets: z.array(z.object({ architecture: z.string(), machines: z.array(z.string()) })),
  features: z.array(z.string()),
});

/** UEFI firmware for x86_64 guests in the order of the descriptors' names, which is their packagers' order of preference. */
export async function uefiFirmware(files: FilePort): Promise<readonly FirmwareFacts[]> {
  const listings = await Promise.all(directories.map((directory) => files.list(directory).catch(() => [])));
  const paths = new Map<string, string>();
  for (const [index, names] of listings.entries()) {
    for (const name of names) if (name.endsWith('.json') && !paths.has(name)) paths.set(name, `${directories[index] ?? ''}/${name}`);
  }
  const ordered = [...paths.keys()].sort().flatMap((name) => paths.get(name) ?? []);
  const texts = await Promise.all(ordered.map((path) => files.readText(path).catch(() => undefined)));
  return texts.flatMap((text) => (text === undefined ? [] : readDescriptor(text)));
}

/** Empty for what is no UEFI firmware in flash for x86_64, or no descriptor at all. */
function readDescriptor(text: string): readonly FirmwareFacts[] {
  const described = parse(text);
  const target = described?.targets.find(({ architecture }) => architecture === 'x86_64');
  if (described === undefined || target === undefined || !described['interface-types'].includes('uefi')) return [];
  const { executable, 'nvram-template': template } = described.mapping;
  const has = (feature: string): boolean => described.features.includes(feature);
  return [
    {
      code: executable.filename,
      variables: template.filename,
      machines: target.machines,
      secureBoot: has('secure-boot') && has('enrolled-keys'),
      needsSmm: has('requires-smm'),
    },
  ];
}

function parse(text: string): z.output<typeof descriptor> | undefined {
  try {
    return descriptor.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

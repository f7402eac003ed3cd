import { functionsOnPath, type Reading } from './reading.js';

export interface ScreenFacts {
  /** Frame buffers by the PCI functions that they are reached through. */
  readonly frameBuffers: ReadonlyMap<string, readonly string[]>;
  /** Frame buffers that the firmware set up and that hang on no function: they show on the display that it booted with. */
  readonly ofFirmware: readonly string[];
  /** Terminals that are consoles of the kernel, likewise. */
  readonly consoles: ReadonlyMap<string, readonly string[]>;
}

export async function readScreens(reading: Reading, sys: string): Promise<ScreenFacts> {
  const graphics = `${sys}/class/graphics`;
  const buffers = (await reading.names(graphics)).filter((name) => /^fb\d+$/.test(name));
  const active = ((await reading.text(`${sys}/class/tty/console/active`)) ?? '').split(' ').filter((name) => name !== '');
  const frameBuffers = await byFunction(reading, graphics, buffers);
  const placed = new Set([...frameBuffers.values()].flat());
  return { frameBuffers, ofFirmware: buffers.filter((name) => !placed.has(name)), consoles: await byFunction(reading, `${sys}/class/tty`, active) };
}

async function byFunction(reading: Reading, directory: string, names: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  for (const name of names) {
    const target = (await reading.target(`${directory}/${name}`)) ?? '';
    for (const address of functionsOnPath(target)) found.set(address, [...(found.get(address) ?? []), name]);
  }
  return found;
}

import { readdirSync, readFileSync } from 'node:fs';

/** O_CLOEXEC of the asm-generic ABI, which all of Node's Linux targets use; /proc prints flags in octal. */
const closeOnExec = 0o2_000_000;

/**
 * Descriptors above stderr that a child of this process would inherit. Node opens everything close-on-exec, and marks what it was
 * started with only up to descriptor 15 or so; a guest that held such a pipe would keep whoever started the engine waiting for its end.
 */
export function inheritableDescriptors(): readonly number[] {
  return readdirSync('/proc/self/fd').map(Number).filter((descriptor) => descriptor > 2 && isInheritable(descriptor));
}

function isInheritable(descriptor: number): boolean {
  try {
    const flags = /^flags:\s+([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1'))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & closeOnExec) === 0;
  } catch {
    // The descriptor of the listing itself is closed by now.
    return false;
  }
}

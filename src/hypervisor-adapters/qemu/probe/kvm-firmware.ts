/** Exit code of QEMU when the firmware got through: isa-debug-exit makes 2n + 1 of the byte that it is written. */
export const firmwarePassed = 0x2a * 2 + 1;

/** `kvm-guest.S`, assembled; a test assembles it again where `as` and `ld` exist, and compares. */
const code =
  '+vwx9r8AcLneAC7zpOoScAAAZr8AEAAAZjHAZrkADAAAZ2bzq8cGABADIMcGACADMMYGADCDZg8BFthwZrgAEAAADyLYDyDgZg0gBgAADyLgZrmAAADADzJmDQABAAAPMA8gwGaD4PtmDQMAAIAPIsBm6nlwAAAIALwAcAAAvRAAAAAxwA+iuQAQAAC/AAABAGZID27BZg/UwGYP1gTP6B0AAADi6//NddlIgTwlAIABAAAgAACwKnQCsCvm9PTr/VFaw420AAAAAAAAAAAAAAAAAAAAmiAADwDIcAAAAAAAAA==';

/** The least that QEMU takes as firmware. */
const romSize = 0x10000;
const resetVector = 0xfff0;
/** Jumps to the start of the ROM. */
const jump = [0xe9, 0x0d, 0x00];

/**
 * A firmware of 64 KiB that goes from real mode to long mode, uses cpuid, SSE2, the stack and 32 KiB of memory, and leaves by port 0xf4
 * (isa-debug-exit). What does not run this runs no operating system.
 */
export function kvmFirmware(): Uint8Array {
  const rom = new Uint8Array(romSize);
  rom.set(Buffer.from(code, 'base64'));
  rom.set(jump, resetVector);
  return rom;
}

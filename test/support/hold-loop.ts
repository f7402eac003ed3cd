/**
 * Holds Node's loop for so many milliseconds and leaves the processor to others meanwhile, as no timer could: a peer in another process goes on
 * writing, also where there is one processor for both.
 */
export function holdLoop(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

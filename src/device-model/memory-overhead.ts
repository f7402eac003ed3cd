const mebibyte = 1024 ** 2;

/** What the overhead of a VMM depends on. Sizes are bytes. */
export interface OverheadInput {
  readonly memory: number;
  /** vCPUs that may exist at most. */
  readonly cpus: number;
  /** Memory that the accelerator keeps beside the guest's: the translation cache of an emulator; 0 with hardware virtualization. */
  readonly acceleratorCache: number;
  /** Frame buffers and other memory that devices own. */
  readonly deviceMemory: number;
  /** `spec.memoryOverhead`, which is taken as it is. */
  readonly override: number | undefined;
}

/**
 * Memory in bytes that an anchor process needs beyond the guest's own:
 *
 *   48 MiB + 2 % of guest memory + 3 MiB a vCPU + accelerator cache + device memory
 *
 * - 48 MiB: a QEMU 7.2 guest with one disk has a PSS of 21 MB among many, 46 MB when it is alone and shares its libraries with nobody.
 * - 2 %: page tables of the second stage, dirty bitmaps and allocator slack grow with guest memory.
 * - 3 MiB a vCPU: a thread's stack and its state.
 *
 * It is an estimate for admission, not a limit; a limit that kills needs room above it.
 */
export function memoryOverhead(input: OverheadInput): number {
  if (input.override !== undefined) return input.override;
  const estimate = 48 * mebibyte + input.memory * 0.02 + input.cpus * 3 * mebibyte + input.acceleratorCache + input.deviceMemory;
  return Math.ceil(estimate);
}

import type { PropertyValue } from '../../../device-model/model.js';
import type { DomainSpec } from '../../../documents/domain-spec.js';
import { keyedArgument, type Argument } from './argument.js';
import { firmwareProperties } from './firmware.js';
import type { PlanContext } from './part.js';

const mebibyte = 1024 ** 2;

/**
 * Bytes of the cache of translated code under TCG: a quarter of guest memory, 16 MiB at least and 256 MiB at most. QEMU would reserve 1 GiB of
 * address space; the boot of a boot sector takes as long with 16 MiB, and pages that are not used are never allocated.
 */
export function translationCache(memory: number): number {
  return Math.min(256, Math.max(16, Math.floor(memory / mebibyte / 4))) * mebibyte;
}

/** Machine, accelerator, CPUs and memory. */
export function platform(context: PlanContext): readonly Argument[] {
  const { spec } = context.document;
  const { cpu, memory } = spec;
  return [
    keyedArgument('-machine', context.machine.type, machineProperties(context)),
    context.accelerator === 'kvm' ? ['-accel', 'kvm'] : keyedArgument('-accel', 'tcg', { 'tb-size': translationCache(memory.size) / mebibyte }),
    ['-cpu', `${spec.qemu?.cpuModel ?? defaultCpu(context)}${hidden(context)}`],
    keyedArgument('-smp', undefined, { cpus: cpu.count, maxcpus: cpu.max }),
    // B for bytes: a bare number would be mebibytes.
    keyedArgument('-m', undefined, { size: `${memory.size}B` }),
  ];
}

function machineProperties(context: PlanContext): Readonly<Record<string, PropertyValue>> {
  const { machine, document } = context;
  const { spec } = document;
  // Nothing that firmware would have to look through for nothing; -nodefaults leaves these two on.
  const sata = spec.cdrom !== undefined || spec.disks.some(({ bus }) => bus === 'sata');
  const trimmed = machine.family === 'q35' ? { sata, smbus: false } : {};
  return { ...trimmed, hpet: false, vmport: false, ...firmwareProperties(context) };
}

/** What the host can do under KVM, what the emulator can do under TCG: operating systems of today need more than QEMU's default model. */
function defaultCpu({ accelerator }: PlanContext): string {
  return accelerator === 'kvm' ? 'host' : 'max';
}

/** Hides the hypervisor: the CPUID bit, and KVM's own signature. */
function hidden({ accelerator, document }: { readonly accelerator: 'kvm' | 'tcg'; readonly document: { readonly spec: DomainSpec } }): string {
  if (!document.spec.spoofing) return '';
  return accelerator === 'kvm' ? ',hypervisor=off,kvm=off' : ',hypervisor=off';
}

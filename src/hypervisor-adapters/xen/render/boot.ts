import type { BootDevice, DomainSpec } from '../../../documents/domain-spec.js';
import type { PlanProblem } from '../../contract/plan.js';
import { part, type Part, type PlanContext } from './part.js';
import { commaProblem } from './spec-string.js';
import type { XlSetting } from './xl-config.js';

/** A kernel given directly, or firmware that looks for a device. */
export function boot(context: PlanContext): Part {
  return context.document.spec.boot.kernel === undefined ? fromFirmware(context) : fromKernel(context, context.document.spec.boot.kernel);
}

function fromKernel({ document: { spec }, type }: PlanContext, kernel: string): Part {
  const { initrd, cmdline } = spec.boot;
  // QEMU reads a list of modules where an hvm guest has a RAM disk.
  const problems = type === 'hvm' && initrd?.includes(',') === true ? [commaProblem('spec.boot.initrd', initrd)] : [];
  return part({
    settings: [
      { key: 'kernel', value: kernel, field: 'spec.boot.kernel' },
      ...(initrd === undefined ? [] : [{ key: 'ramdisk', value: initrd, field: 'spec.boot.initrd' }]),
      ...(cmdline === undefined ? [] : [{ key: 'cmdline', value: cmdline, field: 'spec.boot.cmdline' }]),
    ],
    requires: [
      { path: kernel, field: 'spec.boot.kernel', writable: false },
      ...(initrd === undefined ? [] : [{ path: initrd, field: 'spec.boot.initrd', writable: false }]),
    ],
    problems,
  });
}

function fromFirmware(context: PlanContext): Part {
  switch (context.type) {
    case 'pv':
      return part({ problems: [kernelProblem('pv')] });
    case 'pvh':
      return context.document.spec.boot.firmware === 'uefi' ? pvhUefi(context) : part({ problems: [kernelProblem('pvh')] });
    case 'hvm':
      return hvmFirmware(context);
  }
}

/** The builds of OVMF for pvh are started as the kernel. */
function pvhUefi(context: PlanContext): Part {
  const code = uefiFor(context);
  if (code === undefined) return part({ problems: [firmwareProblem(context, 'pvh')] });
  return part({ settings: [{ key: 'kernel', value: code, field: 'spec.boot.firmware' }], requires: [{ path: code, field: 'spec.boot.firmware', writable: false }] });
}

function hvmFirmware(context: PlanContext): Part {
  const { spec } = context.document;
  const field = 'spec.boot.firmware';
  const order: XlSetting = { key: 'boot', value: bootLetters(spec), field: 'spec.boot.order' };
  if (spec.boot.firmware !== 'uefi') return part({ settings: [{ key: 'bios', value: 'seabios', field }, order] });
  const code = uefiFor(context);
  if (code === undefined) return part({ problems: [firmwareProblem(context, 'hvm')] });
  return part({
    settings: [{ key: 'bios', value: 'ovmf', field }, { key: 'bios_path_override', value: code, field }, order],
    requires: [{ path: code, field, writable: false }],
  });
}

function uefiFor({ facts, type }: PlanContext): string | undefined {
  return facts.firmware?.find(({ machines }) => machines.includes(type))?.code;
}

const letters: Readonly<Record<BootDevice, string>> = { disk: 'c', cdrom: 'd', network: 'n' };

/** Without an order in the document: installed systems before installers, and the network only when asked for. */
function bootLetters({ boot: { order } }: DomainSpec): string {
  return (order.length === 0 ? (['disk', 'cdrom'] as const) : order).map((device) => letters[device]).join('');
}

function kernelProblem(type: 'pv' | 'pvh'): PlanProblem {
  const firmware = type === 'pvh' ? ', or from UEFI firmware' : '';
  return { field: 'spec.boot.kernel', code: 'PLAN_FIELD_CONFLICT', message: `a ${type} guest is started from a kernel${firmware}, and none is given`, cure: 'give a kernel, or use xen.type: hvm' };
}

/** Names what is there, and why it does not do. */
function firmwareProblem({ facts: { firmware = [], refusedFirmware = [] } }: PlanContext, type: 'pvh' | 'hvm'): PlanProblem {
  const others = [...firmware.map(({ code, machines }) => `${code} starts ${machines.join(' and ')} guests only`), ...refusedFirmware.map(({ path, reason }) => `${path}: ${reason}`)];
  return {
    field: 'spec.boot.firmware',
    code: 'PLAN_FIRMWARE_MISSING',
    message: `this host has no UEFI firmware for ${type} guests of Xen${others.length === 0 ? '' : ` (${others.join('; ')})`}`,
    cure: refusedFirmware.find(({ cure }) => cure !== undefined)?.cure ?? 'install it: dnf install edk2-ovmf-xen; or build OvmfPkg/OvmfXen.dsc of edk2, and put it in place as /usr/lib/xen/boot/ovmf.bin',
  };
}

import type { PlanProblem } from '../../contract/plan.js';
import { part, type Part, type PlanContext } from './part.js';
import { pinning } from './pinning.js';
import type { XlSetting } from './xl-config.js';

const mebibyte = 1024 ** 2;
/** HVM_MAX_VCPUS of Xen 4.17 and 4.20; libxl holds guests of all types to it. */
const mostCpus = 128;

/** Whatever ends a run, the domain stays as it is: the engine looks why, and decides by its own policy. */
const endings = ['on_poweroff', 'on_reboot', 'on_crash', 'on_watchdog', 'on_soft_reset'] as const;

/** Name, type, CPUs, memory, and that xl decides nothing. The UUID is given on the command line, where it marks the anchor. */
export function platform(context: PlanContext): Part {
  const { document, type } = context;
  const { metadata, spec } = document;
  const { cpu, memory } = spec;
  const pinned = pinning(context);
  const settings: XlSetting[] = [
    { key: 'name', value: metadata.name, field: 'metadata.name' },
    { key: 'type', value: type, field: 'spec.xen.type' },
    { key: 'memory', value: Math.floor(memory.size / mebibyte), field: 'spec.memory.size' },
    { key: 'maxmem', value: Math.floor(memory.max / mebibyte), field: 'spec.memory.max' },
    { key: 'vcpus', value: cpu.count, field: 'spec.cpu.count' },
    { key: 'maxvcpus', value: cpu.max, field: 'spec.cpu.max' },
    ...pinned.settings,
    ...endings.map((key) => ({ key, value: 'preserve', field: 'spec.restart' })),
    ...deviceModel(context),
  ];
  const binary = spec.xen?.deviceModel;
  return part({
    devices: [
      {
        id: 'xenbus0',
        class: 'controller',
        frontEnd: type === 'hvm' ? 'xen-platform-pci' : 'xenbus',
        bus: 'xen',
        backEnd: { kind: 'process', name: 'xenstored' },
        why: `${context.typeReason}; every Xen guest finds its devices over xenbus`,
        field: 'spec.xen.type',
        properties: {},
      },
    ],
    settings,
    requires: binary === undefined ? [] : [{ path: binary, field: 'spec.xen.deviceModel', writable: false }],
    problems: [...nameProblems(metadata.name), ...unevenMemory(memory), ...tooManyCpus(cpu.max), ...pinned.problems],
  });
}

function deviceModel({ document: { spec } }: PlanContext): readonly XlSetting[] {
  const binary = spec.xen?.deviceModel;
  if (binary === undefined) return [];
  const field = 'spec.xen.deviceModel';
  return [
    { key: 'device_model_version', value: 'qemu-xen', field },
    { key: 'device_model_override', value: binary, field },
  ];
}

function nameProblems(name: string): readonly PlanProblem[] {
  if (!/^\d+$/.test(name)) return [];
  return [{ field: 'metadata.name', code: 'PLAN_NAME_REFUSED', message: `xl would take the name "${name}" for the number of a domain`, cure: 'put a letter into it' }];
}

function unevenMemory(memory: { readonly size: number; readonly max: number }): readonly PlanProblem[] {
  const written = memory.max === memory.size ? (['size'] as const) : (['size', 'max'] as const);
  return written
    .filter((which) => memory[which] % mebibyte !== 0)
    .map((which) => ({
      field: `spec.memory.${which}`,
      code: 'PLAN_VALUE_REFUSED',
      message: `xl counts memory in MiB, and ${memory[which]} bytes are no whole number of them`,
      cure: `write ${Math.ceil(memory[which] / mebibyte)}Mi`,
    }));
}

function tooManyCpus(max: number): readonly PlanProblem[] {
  if (max <= mostCpus) return [];
  return [{ field: 'spec.cpu.max', code: 'PLAN_VALUE_REFUSED', message: `Xen gives a guest at most ${mostCpus} vCPUs, not ${max}`, cure: 'ask for fewer' }];
}

import { memoryOverhead } from '../../../device-model/memory-overhead.js';
import { rungs } from '../../../machines/observations.js';
import type { AnchorPlan, PlanOutcome, PlanProblem, PlanRequest } from '../../contract/plan.js';
import type { AnchorRecipe } from '../../contract/recipe.js';
import { chooseAccelerator } from './accelerator.js';
import { anchorProcess, lockFile } from './anchor-process.js';
import { boot } from './boot.js';
import { placeDevices } from './devices.js';
import { cdrom, disks } from './disks.js';
import { display } from './display.js';
import { firmware } from './firmware.js';
import { firmwareTables } from './firmware-tables.js';
import { guestAgent } from './guest-agent.js';
import { guestServices } from './guest-services.js';
import { defaultMachine, machineOf } from './machine.js';
import { networks } from './networks.js';
import { joinParts, type Part, type PlanContext } from './part.js';
import { lockedMemoryProblems } from './locked-memory.js';
import { pci } from './pci.js';
import { power } from './power.js';
import { platform, translationCache } from './platform.js';
import { serial } from './serial.js';
import { shares } from './shares.js';
import { unsafeValues, unreachableSockets } from './safety.js';
import { unservedFields } from './unserved.js';
import { usb } from './usb.js';
import { vsock } from './vsock.js';

/** Pure: a document, host facts and paths become a device model and a launch recipe, or every reason why not. */
export function plan(request: PlanRequest): PlanOutcome {
  const { spec } = request.document;
  const type = spec.qemu?.machine ?? defaultMachine;
  const machine = machineOf(type);
  if (machine === undefined || !request.facts.machines.includes(type)) return { ok: false, problems: [machineProblem(request, type)] };
  const accelerator = chooseAccelerator(spec.acceleration, request.facts);
  if (typeof accelerator === 'object') return { ok: false, problems: [accelerator] };

  const context: PlanContext = { ...request, machine, accelerator };
  const parts = joinParts([
    anchorProcess(context),
    boot(context),
    firmware(context),
    firmwareTables(context),
    serial(context),
    display(context),
    guestServices(context),
    usb(context),
    vsock(context),
    shares(context),
    disks(context),
    cdrom(context),
    networks(context),
    pci(context),
    guestAgent(context),
    power(context),
  ]);
  const placed = placeDevices(context, parts.devices);
  const args = [...platform(context), ...parts.backEnds, ...placed.args].flat();
  const problems = [
    ...unservedFields(spec),
    ...parts.problems,
    ...lockedMemoryProblems(context, parts.memory),
    ...placed.problems,
    ...unreachableSockets(request.layout, parts.sockets),
    ...unsafeValues(args),
  ];
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, plan: anchorPlan(context, parts, placed.devices, args) };
}

function anchorPlan(context: PlanContext, parts: Part, devices: AnchorPlan['deviceModel']['devices'], args: readonly string[]): AnchorPlan {
  const { spec } = context.document;
  const overhead = memoryOverhead({
    memory: spec.memory.size,
    cpus: spec.cpu.max,
    acceleratorCache: context.accelerator === 'tcg' ? translationCache(spec.memory.size) : 0,
    deviceMemory: parts.memory,
    override: spec.memoryOverhead,
  });
  return {
    hypervisor: 'qemu',
    accelerator: context.accelerator,
    deviceModel: { machine: context.machine.type, devices },
    memoryBytes: spec.memory.size + overhead,
    cpus: spec.cpu.max,
    claims: parts.claims,
    // Without its agent's port there is nobody inside whom anybody could ask.
    ladder: rungs.filter((rung) => rung !== 'ask' || spec.guestAgent),
    recipe: recipe(context, parts, args),
  };
}

function recipe(context: PlanContext, parts: Part, args: readonly string[]): AnchorRecipe {
  const { document, facts, layout } = context;
  const binary = document.spec.qemu?.binary;
  return {
    executable: binary ?? facts.executable ?? 'qemu-system-x86_64',
    args,
    // Nothing of the engine's own environment, where secrets may be.
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
    marker: lockFile(context),
    files: [],
    copies: parts.copies,
    requires: [...(binary === undefined ? [] : [{ path: binary, field: 'spec.qemu.binary', writable: false }]), ...parts.requires],
    transient: parts.sockets.map((name) => `${layout.directory}/${name}`),
  };
}

function machineProblem({ facts }: PlanRequest, type: string): PlanProblem {
  const field = 'spec.qemu.machine';
  const cure = 'leave it out, or use q35 or pc';
  if (machineOf(type) === undefined) return { field, code: 'PLAN_FIELD_UNSERVED', message: `the buses of machine ${type} are not known to the planner`, cure };
  return { field, code: 'PLAN_MACHINE_MISSING', message: `${facts.executable ?? 'QEMU'} has no machine ${type}`, cure };
}

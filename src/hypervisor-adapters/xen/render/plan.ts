import type { PlannedDevice } from '../../../device-model/model.js';
import type { AnchorPlan, PlanOutcome, PlanProblem, PlanRequest } from '../../contract/plan.js';
import { pathProblems, recipe } from './anchor.js';
import { boot } from './boot.js';
import { consoles } from './consoles.js';
import { disks } from './disks.js';
import { display } from './display.js';
import { firmwareTables } from './firmware-tables.js';
import { chooseGuestType } from './guest-type.js';
import { mediaDomains } from './media-domains.js';
import { memoryNeed } from './memory-need.js';
import { networks } from './networks.js';
import { joinParts, listSetting, type Part, type PlanContext } from './part.js';
import { pci } from './pci.js';
import { peripherals } from './peripherals.js';
import { platform } from './platform.js';
import { power } from './power.js';
import { pvcalls } from './pvcalls.js';
import { shares } from './shares.js';
import { tpm } from './tpm.js';
import { ungranted, unservedFields } from './unserved.js';
import { refusedSettings, type XlSetting } from './xl-config.js';

/** Pure: a document, host facts and paths become a device model and a launch recipe for xl, or every reason why not. */
export function plan(request: PlanRequest): PlanOutcome {
  const choice = chooseGuestType(request);
  if ('code' in choice) return { ok: false, problems: [choice] };
  const context: PlanContext = { ...request, ...choice };
  const parts = joinParts([
    platform(context),
    power(context),
    boot(context),
    firmwareTables(context),
    consoles(context),
    display(context),
    peripherals(context),
    shares(context),
    disks(context),
    networks(context),
    pci(context),
    tpm(context),
    pvcalls(context),
    mediaDomains(context),
  ]);
  const settings = [...parts.settings, ...listSetting(context.type === 'hvm' ? 'device_model_args_hvm' : 'device_model_args_pv', parts.deviceModelArgs, 'spec.usb')];
  const problems = [
    ...unservedFields(context.document.spec, context.type),
    ...parts.problems,
    ...sharedNames(parts.devices),
    ...pathProblems(context, parts.sockets),
    ...unsafeValues(settings),
  ];
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, plan: anchorPlan(context, parts, settings) };
}

function anchorPlan(context: PlanContext, parts: Part, settings: readonly XlSetting[]): AnchorPlan {
  const { spec } = context.document;
  return {
    hypervisor: 'xen',
    accelerator: 'xen',
    deviceModel: { machine: context.type, devices: parts.devices },
    memoryBytes: memoryNeed(context),
    cpus: spec.cpu.max,
    claims: parts.claims,
    // Only an emulated PC has a power button. SIGTERM ends xl and leaves the guest running: it is no rung.
    ladder: context.type === 'hvm' ? ['ask', 'press', 'quit', 'kill'] : ['ask', 'quit', 'kill'],
    withoutEffect: ungranted(spec),
    recipe: recipe(context, parts, settings),
  };
}

/** The device model has one name for one device. */
function sharedNames(devices: readonly PlannedDevice[]): readonly PlanProblem[] {
  const owner = new Map<string, string>();
  return devices.flatMap(({ id, field }): PlanProblem[] => {
    const other = owner.get(id);
    owner.set(id, other ?? field);
    if (other === undefined) return [];
    return [{ field: `${field}.name`, code: 'PLAN_NAME_REFUSED', message: `the name "${id}" is already that of ${other}`, cure: 'choose another name' }];
  });
}

function unsafeValues(settings: readonly XlSetting[]): readonly PlanProblem[] {
  return refusedSettings(settings).map(({ key, field, value }) => ({
    field,
    code: 'PLAN_VALUE_REFUSED',
    message: `a value for ${key} holds what xl cannot be given: ${JSON.stringify(value)}`,
  }));
}

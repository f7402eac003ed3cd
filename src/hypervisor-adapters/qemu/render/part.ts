import type { SlotRegion } from '../../../device-model/slots.js';
import type { PlannedDevice } from '../../../device-model/model.js';
import type { Claim } from '../../contract/claim.js';
import type { PlanProblem, PlanRequest } from '../../contract/plan.js';
import type { AnchorRecipe } from '../../contract/recipe.js';
import type { Argument, JsonObject } from './argument.js';
import type { Machine } from './machine.js';

/** What every part of the plan may look at. */
export interface PlanContext extends PlanRequest {
  readonly machine: Machine;
  readonly accelerator: 'kvm' | 'tcg';
}

/** Where a device goes: a slot of the root bus, which is assigned once all devices are known, or a bus that another device brings. */
export type Placement = { readonly slot: SlotRegion } | { readonly bus: string };

/** A device before it has an address. */
export interface DeviceDraft extends Omit<PlannedDevice, 'address' | 'bus'> {
  readonly placement: Placement;
  /** Properties that join the front end to its back end (`drive`, `netdev`, `chardev`): no business of the device model. */
  readonly wiring: JsonObject;
}

/** What one field contributes to a plan. */
export interface Part {
  readonly devices: readonly DeviceDraft[];
  /** Back ends and settings; devices follow them in argv. */
  readonly backEnds: readonly Argument[];
  readonly claims: readonly Claim[];
  readonly requires: AnchorRecipe['requires'];
  readonly copies: AnchorRecipe['copies'];
  readonly problems: readonly PlanProblem[];
  /** Names of sockets in the state directory. */
  readonly sockets: readonly string[];
  /** Memory that its devices own in the VMM, bytes. */
  readonly memory: number;
}

/** A part from the pieces that it has. */
export function part(pieces: Partial<Part>): Part {
  return { devices: [], backEnds: [], claims: [], requires: [], copies: [], problems: [], sockets: [], memory: 0, ...pieces };
}

/** All parts in their order as one. */
export function joinParts(parts: readonly Part[]): Part {
  return {
    devices: parts.flatMap(({ devices }) => devices),
    backEnds: parts.flatMap(({ backEnds }) => backEnds),
    claims: parts.flatMap(({ claims }) => claims),
    requires: parts.flatMap(({ requires }) => requires),
    copies: parts.flatMap(({ copies }) => copies),
    problems: parts.flatMap(({ problems }) => problems),
    sockets: parts.flatMap(({ sockets }) => sockets),
    memory: parts.reduce((sum, { memory }) => sum + memory, 0),
  };
}

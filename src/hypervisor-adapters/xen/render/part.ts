import type { PlannedDevice } from '../../../device-model/model.js';
import type { Claim } from '../../contract/claim.js';
import type { PlanProblem, PlanRequest } from '../../contract/plan.js';
import type { AnchorRecipe } from '../../contract/recipe.js';
import type { GuestType } from './guest-type.js';
import type { XlSetting } from './xl-config.js';

/** What every part of the plan may look at. */
export interface PlanContext extends PlanRequest {
  readonly type: GuestType;
  /** One sentence: why this type. */
  readonly typeReason: string;
}

/** What one field contributes to a plan. */
export interface Part {
  readonly devices: readonly PlannedDevice[];
  readonly settings: readonly XlSetting[];
  /** Arguments of the QEMU that serves the guest, for what xl has no word for. */
  readonly deviceModelArgs: readonly string[];
  readonly claims: readonly Claim[];
  readonly requires: AnchorRecipe['requires'];
  /** In the state directory, beside xl.cfg; they go with the domain. */
  readonly files: AnchorRecipe['files'];
  readonly problems: readonly PlanProblem[];
  /** Names of sockets in the state directory. */
  readonly sockets: readonly string[];
}

/** A part from the pieces that it has. */
export function part(pieces: Partial<Part>): Part {
  return { devices: [], settings: [], deviceModelArgs: [], claims: [], requires: [], files: [], problems: [], sockets: [], ...pieces };
}

/** All parts in their order as one. */
export function joinParts(parts: readonly Part[]): Part {
  return {
    devices: parts.flatMap(({ devices }) => devices),
    settings: parts.flatMap(({ settings }) => settings),
    deviceModelArgs: parts.flatMap(({ deviceModelArgs }) => deviceModelArgs),
    claims: parts.flatMap(({ claims }) => claims),
    requires: parts.flatMap(({ requires }) => requires),
    files: parts.flatMap(({ files }) => files),
    problems: parts.flatMap(({ problems }) => problems),
    sockets: parts.flatMap(({ sockets }) => sockets),
  };
}

/** A list of xl.cfg with what all items give, or nothing where there is none. */
export function listSetting(key: string, values: readonly string[], field: string): readonly XlSetting[] {
  return values.length === 0 ? [] : [{ key, value: values, field }];
}

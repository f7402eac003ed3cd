import type { PlanProblem } from '../../contract/plan.js';
import type { StateLayout } from '../../contract/state-layout.js';

/** `sun_path` of Linux is 108 bytes with its NUL. */
const longestSocketPath = 107;

/** Sockets whose path the engine could not dial. */
export function unreachableSockets(layout: StateLayout, names: readonly string[]): readonly PlanProblem[] {
  return names
    .map((name) => `${layout.directory}/${name}`)
    .filter((path) => Buffer.byteLength(path) > longestSocketPath)
    .map((path) => ({
      field: 'metadata.name',
      code: 'PLAN_PATH_TOO_LONG',
      message: `the socket ${path} has a path of ${Buffer.byteLength(path)} bytes, and Linux takes ${longestSocketPath}`,
      cure: 'use a shorter --state-dir, or a shorter name',
    }));
}

/**
 * The last gate before argv. Documents that were parsed cannot hold such values; whoever builds a document by hand must not get past here
 * either: a NUL would end the argument early, and a line break would forge lines of logs and process lists.
 */
export function unsafeValues(args: readonly string[]): readonly PlanProblem[] {
  return args
    .filter((argument) => /\p{Cc}/u.test(argument))
    .map((argument) => ({ field: 'spec', code: 'PLAN_VALUE_REFUSED', message: `a value holds a control character: ${JSON.stringify(argument)}` }));
}

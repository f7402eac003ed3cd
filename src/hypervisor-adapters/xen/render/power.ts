import { suspendAbility } from '../probe/suspend.js';
import { part, type Part, type PlanContext } from './part.js';

/** xl learned to suspend a guest that stays in memory with Xen 4.20. */
export function power({ document: { spec }, facts }: PlanContext): Part {
  if (spec.power !== 'suspended' || facts.devices.includes(suspendAbility)) return part({});
  return part({
    problems: [
      {
        field: 'spec.power',
        code: 'PLAN_FIELD_UNSERVED',
        message: `not served by the xen adapter: the xl of this host (Xen ${facts.version ?? 'of an unknown version'}) has no command that suspends a guest`,
        cure: 'use Xen 4.20 or later, or power: paused',
      },
    ],
  });
}

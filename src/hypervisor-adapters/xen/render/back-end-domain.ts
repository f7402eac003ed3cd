/** Domains that documents name as those that serve a device. */
import type { PlanProblem } from '../../contract/plan.js';

/** As Xen calls the control domain. */
export const controlDomain = 'Domain-0';

/** A name that xl would not take for one. */
export function numberProblems(field: string, backend: string): readonly PlanProblem[] {
  if (!/^\d+$/.test(backend)) return [];
  return [{ field, code: 'PLAN_NAME_REFUSED', message: `xl would take "${backend}" for the number of a domain, which is another one after each start`, cure: 'name the domain' }];
}

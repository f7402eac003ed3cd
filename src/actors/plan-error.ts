import { WindlassError } from '../errors.js';
import type { PlanProblem } from '../hypervisor-adapters/contract/plan.js';

/** All that stands in a plan's way, as one error with the code, field and cure of the first. */
export function planError(domain: string, problems: readonly PlanProblem[], retryable: boolean): WindlassError {
  const [first] = problems;
  const cure = first?.cure;
  return new WindlassError(first?.code ?? 'PLAN_FAILED', problems.map(({ field, message }) => `${field}: ${message}`).join('; '), {
    domain,
    retryable,
    ...(first === undefined ? {} : { field: first.field }),
    ...(cure === undefined ? {} : { cure }),
  });
}

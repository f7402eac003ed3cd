import type { Acceleration } from '../../../documents/domain-spec.js';
import type { HypervisorFacts } from '../../contract/facts.js';
import type { PlanProblem } from '../../contract/plan.js';

/** KVM where it was shown to work and the document wants it; the emulator where the document allows that. */
export function chooseAccelerator(wanted: Acceleration, { acceleration }: HypervisorFacts): 'kvm' | 'tcg' | PlanProblem {
  if (wanted === 'none') return 'tcg';
  if (acceleration.usable) return 'kvm';
  if (wanted === 'prefer') return 'tcg';
  return {
    field: 'spec.acceleration',
    code: 'PLAN_ACCELERATION_MISSING',
    message: `acceleration is required, but KVM is not usable: ${acceleration.reason}`,
    cure: 'enable virtualization on the host, or use acceleration: prefer',
  };
}

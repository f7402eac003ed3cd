/** What applying documents would do, as `windlass plan` prints it. Pure, given what stands now and what was planned. */
import type { Placing, WantedDomain } from '../actors/world.js';
import type { DomainDocument } from '../documents/domain-spec.js';
import type { ParsedDocument } from '../documents/parse.js';
import { positionOf } from '../documents/provenance.js';
import type { SourcePosition } from '../errors.js';
import type { ChangeVerdict } from '../hypervisor-adapters/contract.js';
import type { PlanProblem } from '../hypervisor-adapters/contract/plan.js';
import type { PlacementStatus } from '../status/status.js';
import { notesOn, type PlanNote } from './plan-notes.js';

export type ChangeAction =
  /** It does not exist yet, or does not run. */
  | 'create'
  /** Fields that change under the living guest. */
  | 'change'
  /** Its guest is halted and started anew. */
  | 'restart'
  /** It needs a restart, and its document defers that. */
  | 'defer'
  /** No document names it: its guest is halted and its state forgotten. */
  | 'remove'
  | 'unchanged';

export interface PlannedChange {
  readonly name: string;
  readonly action: ChangeAction;
  /** Fields that make the difference. */
  readonly fields: readonly string[];
  /** Where it is placed and what its device model is; null where it is removed or cannot be placed. */
  readonly placement: PlacementStatus | null;
  readonly problems: readonly PositionedProblem[];
  /** What it asks for in vain where it is placed. */
  readonly notes: readonly PlanNote[];
}

/** A plan problem with the place in the document that it speaks of. */
export interface PositionedProblem extends PlanProblem {
  readonly domain: string;
  readonly position: SourcePosition;
  /** Can time, or the host's owner, mend it with the document as it is? */
  readonly retryable: boolean;
}

export interface PlanReport {
  /** Removed, then changed, then created: the order of the work. */
  readonly changes: readonly PlannedChange[];
  readonly problems: readonly PositionedProblem[];
}

/** What stands now. */
export interface Standing {
  readonly document: DomainDocument;
  readonly anchorKey: string;
  readonly alive: boolean;
}

export interface PlanInput {
  readonly wanted: WantedDomain;
  readonly parsed: ParsedDocument;
  readonly placing: Placing;
  readonly standing: Standing | undefined;
  readonly compare: (running: DomainDocument, wanted: DomainDocument) => ChangeVerdict;
}

export function plannedChange({ compare, parsed, placing, standing, wanted }: PlanInput): PlannedChange {
  const name = wanted.document.metadata.name;
  return {
    name,
    ...actionFor(wanted, standing, compare),
    placement: placing.ok ? placing.placed.placement : null,
    problems: placing.ok ? [] : positioned(parsed, placing.problems, placing.retryable),
    notes: placing.ok ? notesOn(parsed, placing.placed.plan) : [],
  };
}

export function positioned(parsed: ParsedDocument, problems: readonly PlanProblem[], retryable: boolean): readonly PositionedProblem[] {
  return problems.map((problem) => ({
    ...problem,
    domain: parsed.document.metadata.name,
    position: positionOf(parsed, problem.field),
    retryable,
  }));
}

function actionFor(wanted: WantedDomain, standing: Standing | undefined, compare: PlanInput['compare']): Pick<PlannedChange, 'action' | 'fields'> {
  if (standing?.alive !== true) return { action: wanted.document.spec.power === 'halted' ? 'unchanged' : 'create', fields: [] };
  const { live, restart } = compare(standing.document, wanted.document);
  if (standing.anchorKey !== wanted.anchorKey) return { action: wanted.document.spec.onChange === 'restart' ? 'restart' : 'defer', fields: [...restart, ...live] };
  return live.length > 0 ? { action: 'change', fields: live } : { action: 'unchanged', fields: [] };
}

const order: readonly ChangeAction[] = ['remove', 'restart', 'defer', 'change', 'create', 'unchanged'];

export function planReport(changes: readonly PlannedChange[]): PlanReport {
  const sorted = [...changes].sort((one, other) => order.indexOf(one.action) - order.indexOf(other.action) || (one.name < other.name ? -1 : 1));
  return { changes: sorted, problems: sorted.flatMap(({ problems }) => problems) };
}

/** One problem as a line: `file:line:column path: message; cure`. */
export function formatPlanProblem({ cure, field, message, position }: PositionedProblem): string {
  return `${position.file}:${position.line}:${position.column} ${field}: ${message}${cure === undefined ? '' : `; ${cure}`}`;
}

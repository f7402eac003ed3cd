/** What a document asks for in vain where it is placed, and is served without. Pure. */
import type { ParsedDocument } from '../documents/parse.js';
import { isWritten, positionOf } from '../documents/provenance.js';
import type { SourcePosition } from '../errors.js';
import type { AnchorPlan } from '../hypervisor-adapters/contract/plan.js';
import { rungs } from '../machines/observations.js';

/** A field that somebody wrote and that changes nothing. */
export interface PlanNote {
  readonly domain: string;
  /** Such as `spec.deadlines.press`. */
  readonly field: string;
  readonly position: SourcePosition;
  /** Why, as a sentence. */
  readonly message: string;
}

/** In the order of the text where there are several. A default that nobody wrote says nothing. */
export function notesOn(parsed: ParsedDocument, plan: Pick<AnchorPlan, 'hypervisor' | 'ladder' | 'withoutEffect'>): readonly PlanNote[] {
  return [...missingRungs(plan), ...(plan.withoutEffect ?? [])]
    .filter(({ field }) => isWritten(parsed, field))
    .map(({ field, why }) => ({ domain: parsed.document.metadata.name, field, position: positionOf(parsed, field), message: `has no effect on ${plan.hypervisor}: ${why}` }))
    .sort(({ position: one }, { position: other }) => one.line - other.line || one.column - other.column);
}

function missingRungs({ ladder }: Pick<AnchorPlan, 'ladder'>): readonly { readonly field: string; readonly why: string }[] {
  return rungs.filter((rung) => !ladder.includes(rung)).map((rung) => ({ field: `spec.deadlines.${rung}`, why: `this domain is halted by ${ladder.join(', ')}, and has no rung ${rung}` }));
}

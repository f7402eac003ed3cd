import type { DomainDocument } from './domain-spec.js';

/** Canonical JSON of what a document asks for: equal exactly when the specs are. Name and labels do not count. */
export function specDigest(document: DomainDocument): string {
  return canonical(document.spec);
}

/**
 * Do two documents ask for the same? What one schema has read has its fields in one order, and then their text alone tells, in a tenth of the
 * time. An incomplete one asks for the same only where nothing is missing.
 */
export function sameSpec(one: DomainDocument, other: DomainDocument): boolean {
  return JSON.stringify(one.spec) === JSON.stringify(other.spec) || specDigest(one) === specDigest(other);
}

/** JSON with sorted keys and without absent values. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, held]) => held !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, held]) => `${JSON.stringify(key)}:${canonical(held)}`);
  return `{${fields.join(',')}}`;
}

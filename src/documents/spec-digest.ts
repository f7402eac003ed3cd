import type { DomainDocument } from './domain-spec.js';

/** Canonical JSON of what a document asks for: equal exactly when the specs are. Name and labels do not count. */
export function specDigest(document: DomainDocument): string {
  return canonical(document.spec);
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

/** The desired state as it stands: immutable sets of documents, one generation a domain. */
import type { WantedDomain } from '../actors/world.js';
import { anchorKeyOf } from '../documents/anchor-key.js';
import type { DomainDocument } from '../documents/domain-spec.js';
import type { ParsedDocument } from '../documents/parse.js';
import { sameSpec } from '../documents/spec-digest.js';
import { nextGeneration } from './desired.js';

export interface Desk {
  readonly all: () => ReadonlyMap<string, WantedDomain>;
  readonly get: (name: string) => WantedDomain | undefined;
  readonly revision: () => number;
  /** The next desired state; counts a revision. */
  replace(next: ReadonlyMap<string, WantedDomain>): void;
}

export function createDesk(): Desk {
  let current: ReadonlyMap<string, WantedDomain> = new Map();
  let revision = 0;
  return {
    all: () => current,
    get: (name) => current.get(name),
    revision: () => revision,
    replace(next) {
      current = next;
      revision += 1;
    },
  };
}

/** What an earlier engine ran of this name, and whether this document says the same; undefined where it ran none. */
export type Earlier = (name: string, document: DomainDocument) => { readonly same: boolean; readonly generation: number } | undefined;

/**
 * The documents as wanted domains. One whose spec says what it said before is the very same object, so that nothing is worked out for it
 * again.
 */
export function wantedFrom(
  documents: readonly ParsedDocument[],
  current: ReadonlyMap<string, WantedDomain>,
  earlier: Earlier,
): ReadonlyMap<string, WantedDomain> {
  const next = new Map<string, WantedDomain>();
  for (const { document } of documents) {
    const { name } = document.metadata;
    const before = current.get(name);
    if (before?.document === document) {
      next.set(name, before);
      continue;
    }
    const known = before === undefined ? earlier(name, document) : { same: sameSpec(before.document, document), generation: before.generation };
    const generation = nextGeneration(known);
    next.set(name, before?.generation === generation ? before : { document, generation, anchorKey: anchorKeyOf(document) });
  }
  return next;
}

export interface Difference {
  readonly created: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

export function differenceOf(before: ReadonlyMap<string, WantedDomain>, after: ReadonlyMap<string, WantedDomain>): Difference {
  return {
    created: [...after.keys()].filter((name) => !before.has(name)),
    changed: [...after].filter(([name, wanted]) => before.has(name) && before.get(name) !== wanted).map(([name]) => name),
    removed: [...before.keys()].filter((name) => !after.has(name)),
  };
}

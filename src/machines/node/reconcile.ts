/** Pure diff of the domains that documents name and the domains that are supervised. */

export type DomainCommand =
  | { readonly type: 'retire'; readonly name: string }
  | { readonly type: 'update'; readonly name: string }
  | { readonly type: 'create'; readonly name: string };

export interface KnownDomain {
  readonly generation: number;
  /** It was told that no document names it. */
  readonly retired: boolean;
}

/**
 * What must be said to whom. Removal comes before change and change before creation, so that what is given up can be taken up.
 * Saying nothing to a domain that already knows is what makes one changed document cost one domain of work.
 */
export function reconcile(
  desired: ReadonlyMap<string, { readonly generation: number }>,
  known: ReadonlyMap<string, KnownDomain>,
): readonly DomainCommand[] {
  const retire: DomainCommand[] = [];
  const update: DomainCommand[] = [];
  const create: DomainCommand[] = [];
  for (const [name, domain] of known) if (!desired.has(name) && !domain.retired) retire.push({ type: 'retire', name });
  for (const [name, { generation }] of desired) {
    const domain = known.get(name);
    if (domain === undefined) create.push({ type: 'create', name });
    else if (domain.retired || domain.generation !== generation) update.push({ type: 'update', name });
  }
  return [...retire, ...update, ...create];
}

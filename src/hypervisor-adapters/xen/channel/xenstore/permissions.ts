import { xenstoreError } from './errors.js';
import { checkedDomain } from './paths.js';

export type Access = 'none' | 'read' | 'write' | 'both';

/** Who may do what with a node. Its owner and the control domain may do all. */
export interface Permissions {
  /** Domain id. */
  readonly owner: number;
  /** What every domain may do that has no grant. */
  readonly others: Access;
  readonly grants: readonly { readonly domid: number; readonly access: Access }[];
}

const letters: Readonly<Record<Access, string>> = { none: 'n', read: 'r', write: 'w', both: 'b' };
const accesses: Readonly<Record<string, Access>> = { n: 'none', r: 'read', w: 'write', b: 'both' };

/** The first entry of the list names the owner, with what others may do; the rest are grants. */
export function encodePermissions({ owner, others, grants }: Permissions): readonly string[] {
  return [{ domid: owner, access: others }, ...grants].map(({ domid, access }) => `${letters[access]}${checkedDomain(domid)}`);
}

/** Throws XENSTORE_PROTOCOL for what is no list of permissions. */
export function decodePermissions(texts: readonly string[]): Permissions {
  const [first, ...grants] = texts.map((text) => {
    const [, letter = '', digits = ''] = /^([nrwb])(\d{1,5})$/.exec(text) ?? [];
    const access = accesses[letter];
    if (access === undefined) throw xenstoreError('XENSTORE_PROTOCOL', `${JSON.stringify(text)} is no permission`);
    return { domid: Number(digits), access };
  });
  if (first === undefined) throw xenstoreError('XENSTORE_PROTOCOL', 'the permissions of a node name no owner');
  return { owner: first.domid, others: first.access, grants };
}

import type { Release } from '../../packages.js';

/** A Xen that the lab is built of, with the kernels and the tool stack of the Debian that has it. */
export interface XenRelease {
  /** As its packages and its directories are called. */
  readonly xen: string;
  /** Undefined: the host's own. */
  readonly debian?: Release;
}

/** Debian 12's, and Debian 13's. */
const releases: readonly XenRelease[] = [{ xen: '4.17' }, { xen: '4.20', debian: 'trixie' }];

/** `LAB_XEN=4.20` asks for that one; the first without. */
export function wantedRelease(): XenRelease {
  const wanted = process.env['LAB_XEN'] ?? '4.17';
  const release = releases.find(({ xen }) => xen === wanted);
  if (release === undefined) throw new Error(`LAB_XEN is ${releases.map(({ xen }) => xen).join(' or ')}, and not ${wanted}`);
  return release;
}

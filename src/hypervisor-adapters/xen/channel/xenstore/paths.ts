import { xenstoreError } from './errors.js';

/** XENSTORE_ABS_PATH_MAX, in bytes. The daemons' own quotas are lower: 2048 for C xenstored, 1024 for oxenstored; they refuse with EINVAL. */
const longestPath = 3072;

/** Parts of letters, digits, `-`, `_` and `@`, each behind one slash; or the root. A path that ends with a slash is none. */
const absolute = /^(?:\/|(?:\/[A-Za-z0-9_@-]+)+)$/;

/** What a watch may be set on besides paths: fires when a domain has become known, or has stopped or gone. The event names no domain. */
const specials: ReadonlySet<string> = new Set(['@introduceDomain', '@releaseDomain']);

/**
 * Passes a valid absolute path on; throws XENSTORE_PATH_INVALID for any other. A relative path is refused although daemons take it: it means
 * the caller's own domain, and that is not always the one that was meant.
 */
export function checkedPath(path: string): string {
  if (path.length <= longestPath && absolute.test(path)) return path;
  const shown = JSON.stringify(path.length > 80 ? `${path.slice(0, 80)}…` : path);
  const why =
    path.length > longestPath
      ? `it has ${path.length} characters, and ${longestPath} are taken`
      : 'it is a slash, or names of letters, digits, "-", "_" and "@" with a slash before each';
  throw xenstoreError('XENSTORE_PATH_INVALID', `${shown} is no path of xenstore: ${why}`);
}

/** As `checkedPath`, for watches, which may be special ones. */
export function checkedWatchPath(path: string): string {
  return specials.has(path) ? path : checkedPath(path);
}

/** Domain ids that the hypervisor gives out end at 32751; the few above are its own. */
const highestDomain = 0x7fff;

/** Passes a domain id on; throws XENSTORE_PATH_INVALID for what is none. */
export function checkedDomain(domid: number): string {
  if (Number.isInteger(domid) && domid >= 0 && domid <= highestDomain) return String(domid);
  throw xenstoreError('XENSTORE_PATH_INVALID', `${domid} is no domain id`);
}

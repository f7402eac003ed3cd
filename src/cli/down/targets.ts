import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { formatProblem, WindlassError } from '../../index.js';
import { loadDocuments } from '../documents.js';
import { unknownDomain } from '../domains/find.js';
import type { Invocation } from '../invocation.js';

/**
 * The domains that targets mean. A target is the name of a known domain, else a path of documents that name domains. Rejects with
 * DOMAIN_UNKNOWN, and with DOCUMENTS_INVALID where documents do not tell their names for certain.
 */
export async function namesOf(invocation: Invocation, targets: readonly string[], known: readonly string[]): Promise<readonly string[]> {
  const names = new Set<string>();
  const paths: string[] = [];
  for (const target of targets) {
    if (known.includes(target)) names.add(target);
    else if (isPath(invocation, target)) paths.push(target);
    else throw unknownDomain(target, known);
  }
  if (paths.length > 0) {
    const result = await loadDocuments(invocation, paths);
    if (!result.ok) throw new WindlassError('DOCUMENTS_INVALID', result.problems.map(formatProblem).join('\n'), { ...(result.problems[0] === undefined ? {} : { position: result.problems[0].position }) });
    // A document may name a domain that is not there any more: that is what is asked for.
    for (const { document } of result.documents) if (known.includes(document.metadata.name)) names.add(document.metadata.name);
  }
  return [...names];
}

/** Names of domains have none of these characters. */
function isPath({ terminal }: Invocation, target: string): boolean {
  return /[./*?[{]/.test(target) || existsSync(resolve(terminal.workingDirectory, target));
}

import type { PackageFacts } from './control-file.js';

interface Archive {
  /** What the archive has under these names; those that it does not have are missing in the answer. */
  readonly show: (names: readonly string[]) => Promise<readonly PackageFacts[]>;
  /** Names of installed packages, and what they provide. */
  readonly installed: ReadonlySet<string>;
}

export interface Resolution {
  readonly packages: readonly Pick<PackageFacts, 'name' | 'version'>[];
  /** Named, but not in the archive. */
  readonly absent: readonly string[];
  /** Dependencies that nothing in the archive serves under that name. */
  readonly unserved: readonly string[];
}

/**
 * The named packages, and of what they need, directly or through others, that which this machine has not installed. `leaveOut`: dependencies
 * that are not followed. One question to the archive for each level of dependency.
 */
export async function resolvePackages(names: readonly string[], leaveOut: ReadonlySet<string>, archive: Archive): Promise<Resolution> {
  const found = new Map<string, PackageFacts>();
  const unserved = new Set<string>();
  const asked = new Set<string>();

  /** Fills `found` with those of the names that there are. */
  const learn = async (wanted: Iterable<string>): Promise<void> => {
    const questions = [...new Set(wanted)].filter((name) => !asked.has(name));
    for (const name of questions) asked.add(name);
    if (questions.length === 0) return;
    for (const facts of await archive.show(questions)) if (!found.has(facts.name)) found.set(facts.name, facts);
  };
  const settled = (name: string): boolean => archive.installed.has(name) || leaveOut.has(name) || taken.has(name);

  await learn(names);
  const taken = new Set(names.filter((name) => found.has(name)));
  let level: readonly string[] = [...taken];
  while (level.length > 0) {
    const groups = level.flatMap((name) => found.get(name)?.depends ?? []).filter((group) => !group.some(settled));
    await learn(groups.flat());
    const next = new Set<string>();
    for (const group of groups) {
      if (group.some((name) => settled(name) || next.has(name))) continue;
      const choice = group.find((name) => found.has(name));
      if (choice === undefined) unserved.add(group.join(' | '));
      else next.add(choice);
    }
    for (const name of next) taken.add(name);
    level = [...next];
  }
  const packages = [...taken].sort().flatMap((name) => {
    const facts = found.get(name);
    return facts === undefined ? [] : [{ name, version: facts.version }];
  });
  return { packages, absent: names.filter((name) => !taken.has(name)), unserved: [...unserved] };
}

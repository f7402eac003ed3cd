/**
 * Writes the types of QMP's commands and events, from QEMU's own `query-qmp-schema`:
 *
 *     npx tsx scripts/generate-qmp-types.ts [qemu-system-x86_64]
 *
 * The introspection numbers its types. Here each is named by the shortest path that leads to it (`QueryStatusReturnsStatus`), so that the
 * names say something and a newer QEMU changes only what changed. Format: docs/interop/qmp-spec and qapi/introspect.json in QEMU's source.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

interface Member {
  readonly name: string;
  readonly type: string;
  /** Present (as null) when the member is optional. */
  readonly default?: null;
}

type SchemaEntry = { readonly name: string; readonly features?: readonly string[] } & (
  | { readonly 'meta-type': 'builtin'; readonly 'json-type': string }
  | { readonly 'meta-type': 'enum'; readonly values: readonly string[] }
  | { readonly 'meta-type': 'array'; readonly 'element-type': string }
  | { readonly 'meta-type': 'object'; readonly members: readonly Member[]; readonly tag?: string; readonly variants?: readonly Variant[] }
  | { readonly 'meta-type': 'alternate'; readonly members: readonly { readonly type: string }[] }
  | { readonly 'meta-type': 'command'; readonly 'arg-type': string; readonly 'ret-type': string }
  | { readonly 'meta-type': 'event'; readonly 'arg-type': string }
);

interface Variant {
  readonly case: string;
  readonly type: string;
}

export interface Introspection {
  /** `7.2`: distributions add their own patch levels, which change no types. */
  readonly version: string;
  readonly schema: readonly SchemaEntry[];
}

function introspectionIn(output: string): Introspection {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const messages = lines.map((line) => JSON.parse(line) as { QMP?: { version: { qemu: { major: number; minor: number } } }; return?: unknown });
  const version = messages[0]?.QMP?.version.qemu;
  const schema = messages.find((message) => Array.isArray(message.return))?.return;
  if (version === undefined || schema === undefined) throw new Error('no greeting, or no schema');
  return { version: `${version.major}.${version.minor}`, schema: schema as SchemaEntry[] };
}

/** Asks a throw-away QEMU over stdio. Rejects when it cannot be started or says nothing useful within 10 s. */
export function introspect(executable: string): Promise<Introspection> {
  return new Promise((resolve, reject) => {
    const args = ['-machine', 'none', '-nodefaults', '-no-user-config', '-display', 'none', '-qmp', 'stdio'];
    const qemu = spawn(executable, args, { stdio: ['pipe', 'pipe', 'inherit'], timeout: 10_000 });
    let output = '';
    qemu.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    qemu.once('error', reject);
    qemu.once('close', () => {
      try {
        resolve(introspectionIn(output));
      } catch (cause) {
        reject(new Error(`${executable} told no schema: ${output.slice(0, 200)}`, { cause }));
      }
    });
    qemu.stdin.end(['qmp_capabilities', 'query-qmp-schema', 'quit'].map((execute) => JSON.stringify({ execute })).join('\n'));
  });
}

const quoted = (text: string): string => `'${text}'`;
const property = (name: string): string => (/^[a-z_]\w*$/i.test(name) ? name : quoted(name));
const pascal = (text: string): string =>
  text
    .split(/[^a-z0-9]+/i)
    .filter((word) => word !== '')
    .map((word) => word.charAt(0).toUpperCase() + (word === word.toUpperCase() ? word.slice(1).toLowerCase() : word.slice(1)))
    .join('');

/** What a type refers to, each with the word that the path to it gets. */
function references(entry: SchemaEntry): readonly { readonly word: string; readonly type: string }[] {
  switch (entry['meta-type']) {
    case 'command':
      return [
        { word: 'Arguments', type: entry['arg-type'] },
        { word: 'Returns', type: entry['ret-type'] },
      ];
    case 'event':
      return [{ word: 'Data', type: entry['arg-type'] }];
    case 'array':
      return [{ word: '', type: entry['element-type'] }];
    case 'alternate':
      return entry.members.map((member, index) => ({ word: `Form${index + 1}`, type: member.type }));
    case 'object':
      return [
        ...entry.members.map((member) => ({ word: pascal(member.name), type: member.type })),
        ...(entry.variants ?? []).map((variant) => ({ word: pascal(variant.case), type: variant.type })),
      ];
    case 'enum':
    case 'builtin':
      return [];
  }
}

/** Breadth first from the commands and events in alphabetical order: the shortest path names a type, and the first of equals. */
function nameTypes(schema: readonly SchemaEntry[], roots: readonly SchemaEntry[]): ReadonlyMap<string, string> {
  const entries = new Map(schema.map((entry) => [entry.name, entry]));
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const queue = roots.map((root) => ({ entry: root, path: pascal(root.name) }));
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    for (const { word, type } of references(next.entry)) {
      const entry = entries.get(type);
      if (entry === undefined || names.has(type)) continue;
      let path = next.path + word;
      for (let again = 2; entry['meta-type'] !== 'array' && taken.has(path); again += 1) path = `${next.path}${word}${again}`;
      if (entry['meta-type'] !== 'array') taken.add(path);
      names.set(type, path);
      queue.push({ entry, path });
    }
  }
  return names;
}

/** Commands that take more than they admit: every property of the driver (`gen: false` in qapi/qdev.json). */
const openEnded: ReadonlySet<string> = new Set(['device_add']);

const builtin: Readonly<Record<string, string>> = { value: 'unknown', int: 'number' };

/** The text of the generated file. Pure: the same introspection gives the same text. */
export function renderQmpTypes({ version, schema }: Introspection): string {
  const byName = [...schema].sort((a, b) => (a.name < b.name ? -1 : 1));
  const commands = byName.filter((entry) => entry['meta-type'] === 'command');
  const events = byName.filter((entry) => entry['meta-type'] === 'event');
  const entries = new Map(schema.map((entry) => [entry.name, entry]));
  const names = nameTypes(schema, [...commands, ...events]);

  const reference = (type: string): string => {
    const entry = entries.get(type);
    if (entry?.['meta-type'] === 'builtin') return builtin[entry['json-type']] ?? entry['json-type'];
    if (entry?.['meta-type'] === 'array') return `readonly (${reference(entry['element-type'])})[]`.replace(/\((\w+)\)/, '$1');
    if (entry?.['meta-type'] === 'object' && entry.members.length === 0 && entry.variants === undefined) return 'Nothing';
    return names.get(type) ?? 'unknown';
  };
  const shape = (members: readonly Member[]): string =>
    `{ ${members.map((member) => `readonly ${property(member.name)}${'default' in member ? '?' : ''}: ${reference(member.type)}`).join('; ')} }`;

  const union = (members: readonly Member[], tag: string, variants: readonly Variant[]): string => {
    const kinds = entries.get(members.find((member) => member.name === tag)?.type ?? '');
    const others = kinds?.['meta-type'] === 'enum' ? kinds.values.filter((value) => !variants.some((variant) => variant.case === value)) : [];
    const byType = new Map<string, string[]>(others.length === 0 ? [] : [['Nothing', others.map(quoted)]]);
    for (const variant of variants) {
      byType.set(reference(variant.type), [...(byType.get(reference(variant.type)) ?? []), quoted(variant.case)]);
    }
    const cases = [...byType].map(([type, values]) => {
      const tagged = `{ readonly ${property(tag)}: ${values.join(' | ')} }`;
      return type === 'Nothing' ? tagged : `(${tagged} & ${type})`;
    });
    const common = members.filter((member) => member.name !== tag);
    return `${common.length === 0 ? '' : `${shape(common)} & `}(\n  | ${cases.join('\n  | ')}\n)`;
  };

  const declarations = [...names].flatMap(([type, name]) => {
    const entry = entries.get(type);
    if (entry === undefined || reference(type) === 'Nothing') return [];
    if (entry['meta-type'] === 'enum') return [`type ${name} = ${entry.values.map(quoted).join(' | ')};`];
    if (entry['meta-type'] === 'alternate') return [`type ${name} = ${entry.members.map((member) => reference(member.type)).join(' | ')};`];
    if (entry['meta-type'] !== 'object') return [];
    if (entry.tag !== undefined && entry.variants !== undefined) return [`type ${name} = ${union(entry.members, entry.tag, entry.variants)};`];
    return [`interface ${name} ${shape(entry.members)}`];
  });
  const remark = (entry: SchemaEntry): string => {
    if (entry.features?.includes('deprecated') === true) return '  /** @deprecated by QEMU. */\n';
    return entry.features?.includes('unstable') === true ? '  /** Unstable: QEMU may change it in any release. */\n' : '';
  };

  const accepted = (command: string, type: string): string =>
    openEnded.has(command) ? `${reference(type)} & Readonly<Record<string, unknown>>` : reference(type);

  return `// Generated by scripts/generate-qmp-types.ts from the query-qmp-schema of QEMU ${version}. Do not edit.
// An \`int\` of QMP has 64 bits; as a number it is exact up to 2^53.

/** No members: \`{}\`. */
export type Nothing = Readonly<Record<string, never>>;

/** Every command: what it takes and what it answers. */
export interface Commands {
${commands.map((entry) => `${remark(entry)}  ${property(entry.name)}: { readonly arguments: ${accepted(entry.name, entry['arg-type'])}; readonly returns: ${reference(entry['ret-type'])} };`).join('\n')}
}

/** Every event, and its data. */
export interface Events {
${events.map((entry) => `${remark(entry)}  ${property(entry.name)}: ${reference(entry['arg-type'])};`).join('\n')}
}

${declarations.sort().join('\n')}
`;
}

/** Where the types of a QEMU version are committed. */
export function generatedPath(version: string): string {
  return join(import.meta.dirname, `../src/hypervisor-adapters/qemu/channel/schema-${version}.generated.ts`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const introspection = await introspect(process.argv[2] ?? 'qemu-system-x86_64');
  const path = generatedPath(introspection.version);
  writeFileSync(path, renderQmpTypes(introspection));
  process.stdout.write(`${path}\n`);
}

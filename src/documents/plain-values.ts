import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml';
import { DOCUMENT_LIMITS } from './limits.js';
import type { FieldPath, ProblemCode } from './problems.js';
import { quoted } from './wording.js';

/** A mistake that the values of a document show before any schema is asked. */
export interface ValueProblem {
  readonly code: ProblemCode;
  readonly path: FieldPath;
  readonly offset: number;
  /** Offset of an earlier place that the message names as `%first%`. */
  readonly first?: number;
  readonly message: string;
}

/** The values of a document, and which node each alias stands for. */
export interface PlainValues {
  readonly value: unknown;
  readonly aliases: ReadonlyMap<Alias, Node>;
  readonly problems: readonly ValueProblem[];
}

/** A value that has been read, with what it weighs when an alias repeats it. */
interface Weighed {
  readonly node: Node;
  readonly value: unknown;
  readonly values: number;
  readonly depth: number;
}

/** Only numbers that look the same to everybody: no octal, hexadecimal, exponent, infinity or leading zero. */
const PLAIN_NUMBER = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/;

/**
 * Turns nodes into plain values. YAML is taken by its letter and without its traps: no tags, no merge keys, keys are text and unique,
 * numbers are decimal. An aliased value is shared, not copied, and weighed as if it were copied.
 */
export function plainValues(root: Node): PlainValues {
  const reader = new ValueReader();
  const { value } = reader.read(root, []);
  return { value, aliases: reader.aliases, problems: reader.problems };
}

class ValueReader {
  readonly aliases = new Map<Alias, Node>();
  readonly problems: ValueProblem[] = [];
  readonly #anchors = new Map<string, Weighed>();
  #exhausted = false;

  read(node: Node, path: FieldPath): Weighed {
    if (isAlias(node)) return this.#alias(node, path);
    if (node.tag !== undefined)
      this.#refuse('YAML_FEATURE_REFUSED', node, path, `has the tag ${quoted(node.tag)}; tags are not read, so leave it out`);
    const read = isMap(node) ? this.#map(node, path) : isSeq(node) ? this.#list(node, path) : this.#scalar(node, path);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, read);
    return this.#within(read, path);
  }

  #alias(alias: Alias, path: FieldPath): Weighed {
    const meant = this.#anchors.get(alias.source);
    if (meant === undefined) {
      this.#refuse('DOCUMENT_SYNTAX', alias, path, `is an alias of ${quoted(alias.source)}, but no value before it has that anchor`);
      return { node: alias, value: undefined, values: 1, depth: 0 };
    }
    this.aliases.set(alias, meant.node);
    if (this.aliases.size > DOCUMENT_LIMITS.aliases)
      this.#exhaust('DOCUMENT_TOO_LARGE', alias, path, `holds more than ${DOCUMENT_LIMITS.aliases} aliases`);
    return this.#exhausted ? { node: alias, value: undefined, values: 1, depth: 0 } : meant;
  }

  #map(map: YAMLMap, path: FieldPath): Weighed {
    const value: Record<string, unknown> = {};
    const seen = new Map<string, number>();
    let values = 1;
    let depth = 0;
    for (const pair of map.items as Pair<Node, Node | null>[]) {
      const key = this.#key(pair.key, path);
      if (key === undefined) continue;
      const first = seen.get(key);
      if (first !== undefined) {
        const message = `is written twice, the first time at %first%`;
        this.problems.push({ code: 'DUPLICATE_KEY', path: [...path, key], offset: offsetOf(pair.key), first, message });
        continue;
      }
      seen.set(key, offsetOf(pair.key));
      if (pair.value === null) {
        value[key] = null;
        continue;
      }
      const read = this.read(pair.value, [...path, key]);
      value[key] = read.value;
      values += read.values;
      depth = Math.max(depth, read.depth);
    }
    return { node: map, value, values, depth: depth + 1 };
  }

  #key(key: unknown, path: FieldPath): string | undefined {
    if (!isScalar(key) || typeof key.value !== 'string') {
      const what = isScalar(key) && key.source !== '' ? `the key ${String(key.source)} is` : 'a key is';
      this.#refuse('YAML_FEATURE_REFUSED', key as Node, path, `${what} not text; write it in quotes`);
      return undefined;
    }
    if (key.tag !== undefined) this.#refuse('YAML_FEATURE_REFUSED', key, path, `the key ${quoted(key.value)} has a tag; leave it out`);
    if (key.value === '<<') {
      this.#refuse('YAML_FEATURE_REFUSED', key, path, 'merge keys are not read; write the fields out, or alias a whole value');
      return undefined;
    }
    if (key.value === '__proto__') {
      this.#refuse('FIELD_UNKNOWN', key, [...path, key.value], 'unknown field "__proto__"');
      return undefined;
    }
    return key.value;
  }

  #list(list: YAMLSeq, path: FieldPath): Weighed {
    const value: unknown[] = [];
    let values = 1;
    let depth = 0;
    for (const [index, item] of (list.items as Node[]).entries()) {
      const read = this.read(item, [...path, index]);
      value.push(read.value);
      values += read.values;
      depth = Math.max(depth, read.depth);
    }
    return { node: list, value, values, depth: depth + 1 };
  }

  #scalar(scalar: Scalar, path: FieldPath): Weighed {
    const { value, source } = scalar;
    if (typeof value === 'number') {
      const written = source ?? String(value);
      if (!PLAIN_NUMBER.test(written) || !Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) {
        this.#refuse(
          'VALUE_INVALID',
          scalar,
          path,
          `${written} is not a plain decimal number; write one, or put it in quotes if it is text`,
        );
      }
    }
    return { node: scalar, value, values: 1, depth: 0 };
  }

  /** Past a bound, reading goes on without expanding anything, so that the rest of the document costs nothing. */
  #within(read: Weighed, path: FieldPath): Weighed {
    if (this.#exhausted) return read;
    if (read.values > DOCUMENT_LIMITS.values) {
      this.#exhaust(
        'DOCUMENT_TOO_LARGE',
        read.node,
        path,
        `holds more than ${DOCUMENT_LIMITS.values} values${this.aliases.size > 0 ? ' when its aliases are expanded' : ''}`,
      );
    } else if (path.length + read.depth > DOCUMENT_LIMITS.depth) {
      this.#exhaust('DOCUMENT_TOO_DEEP', read.node, path, `nests lists and maps more than ${DOCUMENT_LIMITS.depth} deep`);
    }
    return read;
  }

  #exhaust(code: ProblemCode, node: Node, path: FieldPath, message: string): void {
    if (this.#exhausted) return;
    this.#exhausted = true;
    this.#refuse(code, node, path, message);
  }

  #refuse(code: ProblemCode, node: Node | null, path: FieldPath, message: string): void {
    this.problems.push({ code, path, offset: offsetOf(node), message });
  }
}

function offsetOf(node: Node | null): number {
  return node?.range?.[0] ?? 0;
}

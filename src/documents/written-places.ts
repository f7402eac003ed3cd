import { type Alias, isAlias, isCollection, isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';
import type { FieldPath } from './problems.js';

/** A value of a document, with the key that it stands under. */
interface Place {
  readonly key: Node | undefined;
  readonly value: Node | undefined;
}

/** Finds where values are written in one document. */
export class WrittenPlaces {
  readonly #root: Node;
  readonly #aliases: ReadonlyMap<Alias, Node>;

  constructor(root: Node, aliases: ReadonlyMap<Alias, Node>) {
    this.#root = root;
    this.#aliases = aliases;
  }

  /**
   * Offset at which a value is written: its first character, or the key of a value that spans lines.
   * For a value that is not written, that of the nearest value around it. What stands inside an alias is written at its anchor.
   */
  valueAt(path: FieldPath): number {
    return start(this.#nearest(path).place);
  }

  /** Offset of the key that a value stands under; of the nearest value around it where there is no such key. */
  keyAt(path: FieldPath): number {
    const { place, found } = this.#nearest(path);
    return found === path.length && place.key !== undefined ? offset(place.key) : start(place);
  }

  /** Is there a value at this path? What stands inside an alias is. */
  has(path: FieldPath): boolean {
    return this.#nearest(path).found === path.length;
  }

  /** Every field and list item that is written, parents before children. Aliased values are not entered. */
  *all(): Generator<{ readonly path: FieldPath; readonly offset: number }> {
    yield* this.#below({ key: undefined, value: this.#root }, []);
  }

  #nearest(path: FieldPath): { place: Place; found: number } {
    let place: Place = { key: undefined, value: this.#root };
    let found = 0;
    for (const part of path) {
      const next = child(this.#meant(place.value), part);
      if (next === undefined) break;
      place = next;
      found += 1;
    }
    return { place, found };
  }

  #meant(node: Node | undefined): Node | undefined {
    return isAlias(node) ? this.#aliases.get(node) : node;
  }

  *#below(place: Place, path: FieldPath): Generator<{ readonly path: FieldPath; readonly offset: number }> {
    if (path.length > 0) yield { path, offset: start(place) };
    if (isMap(place.value)) {
      for (const pair of place.value.items) {
        const key = isScalar(pair.key) ? String(pair.key.value) : '';
        yield* this.#below(placeOf(pair as WrittenPair), [...path, key]);
      }
    } else if (isSeq(place.value)) {
      for (const [index, item] of place.value.items.entries())
        yield* this.#below({ key: undefined, value: item as Node }, [...path, index]);
    }
  }
}

type WrittenPair = Pair<Node, Node | null>;

function child(node: Node | undefined, part: string | number): Place | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && key.value === String(part));
    return pair === undefined ? undefined : placeOf(pair as WrittenPair);
  }
  if (!isSeq(node)) return undefined;
  const item = node.items[Number(part)];
  return item === undefined ? undefined : { key: undefined, value: item as Node };
}

function placeOf({ key, value }: WrittenPair): Place {
  return { key, value: value ?? undefined };
}

function start({ key, value }: Place): number {
  if (key === undefined) return offset(value);
  if (value === undefined) return offset(key);
  const spansLines = isCollection(value) && value.flow !== true;
  // An empty value has a place, but nothing stands there to look at.
  const nothing = isScalar(value) && value.source === '' && value.type === 'PLAIN';
  return offset(spansLines || nothing ? key : value);
}

function offset(node: Node | undefined): number {
  return node?.range?.[0] ?? 0;
}

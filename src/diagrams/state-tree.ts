import type { Chart, ChartState } from './chart.js';

/** Questions about who contains whom, answered from one index of a chart. */
export class StateTree {
  readonly root: ChartState;
  private readonly byId: ReadonlyMap<string, ChartState>;

  constructor(chart: Chart) {
    this.byId = new Map(chart.states.map((state) => [state.id, state]));
    this.root = this.get(chart.id);
  }

  /** The state with this id. Throws a `RangeError` on an id that the chart does not have. */
  get(id: string): ChartState {
    const state = this.byId.get(id);
    if (!state) throw new RangeError(`the chart has no state "${id}"`);
    return state;
  }

  has(id: string): boolean {
    return this.byId.has(id);
  }

  children(id: string): readonly ChartState[] {
    return this.get(id).children.map((child) => this.get(child));
  }

  /** Is there anything drawn inside it? */
  isFrame(id: string): boolean {
    return this.get(id).children.length > 0;
  }

  /** From the root down to the state itself. */
  lineage(id: string): readonly string[] {
    const line: string[] = [];
    for (let at: string | undefined = id; at !== undefined; at = this.get(at).parent) line.unshift(at);
    return line;
  }

  /** Does `inner` lie inside `outer`, or is it the same? */
  within(inner: string, outer: string): boolean {
    return this.lineage(inner).includes(outer);
  }

  /** The innermost state that contains all of them (it may be one of them). */
  common(ids: readonly string[]): string {
    const lines = ids.map((id) => this.lineage(id));
    let found = this.root.id;
    for (const [depth, id] of (lines[0] ?? []).entries()) {
      if (lines.every((line) => line[depth] === id)) found = id;
    }
    return found;
  }

  /** The child of `outer` on the way to `inner`; undefined if they are the same. */
  step(outer: string, inner: string): string | undefined {
    const line = this.lineage(inner);
    return line[line.indexOf(outer) + 1];
  }

  /** Its name, with its parent's in front where another state has the same. */
  distinctName(id: string): string {
    const { name, parent } = this.get(id);
    const alike = [...this.byId.values()].filter((state) => state.name === name).length;
    return alike > 1 && parent !== undefined && parent !== this.root.id ? `${this.get(parent).name}.${name}` : name;
  }

  /** How many frames stand round it; the root's children are at 1. */
  depth(id: string): number {
    return this.lineage(id).length - 1;
  }
}

/** Timers that stand still until the replay says that one has passed. A state of the domain machine has one timer, so the earliest is meant. */
export class HeldTimers {
  readonly #waiting = new Map<number, { readonly due: number; readonly call: () => void }>();
  #last = 0;
  #now = 0;

  now(): number {
    return this.#now;
  }

  setTimeout(call: () => void, milliseconds: number): number {
    this.#last += 1;
    this.#waiting.set(this.#last, { due: this.#now + milliseconds, call });
    return this.#last;
  }

  clearTimeout(id: number): void {
    this.#waiting.delete(id);
  }

  /** False where none runs. */
  pass(): boolean {
    const [first] = [...this.#waiting].sort(([, one], [, other]) => one.due - other.due);
    if (first === undefined) return false;
    const [id, { call, due }] = first;
    this.#waiting.delete(id);
    this.#now = due;
    call();
    return true;
  }
}

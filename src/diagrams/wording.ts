import type { TransitionKind } from './chart.js';

/** What a reader is told about an event: its kind and its words. */
export interface EventWording {
  readonly kind: TransitionKind;
  readonly label: string;
}

/** `invokes` maps the ids of a state's actors to the names that a reader knows them by. */
export function wordEvent(event: string, invokes: ReadonlyMap<string, string>): EventWording {
  const nameOf = (id: string): string => invokes.get(id) ?? (id === '*' ? 'any effect' : id);
  const [, family, rest = ''] = /^xstate\.(done\.state|done\.actor|error\.actor|snapshot|after|done|error)\.(.*)$/s.exec(event) ?? [];
  switch (family) {
    case 'done.state':
      return { kind: 'done', label: '✓ done' };
    case 'done.actor':
      return { kind: 'done', label: `✓ ${nameOf(rest)}` };
    case 'error.actor':
      return { kind: 'error', label: `✗ ${nameOf(rest)}` };
    case 'done':
      return { kind: 'done', label: '✓ any effect' };
    case 'error':
      return { kind: 'error', label: '✗ any effect' };
    case 'snapshot':
      return { kind: 'event', label: `≈ ${nameOf(rest)}` };
    case 'after':
      return { kind: 'timeout', label: `after ${wordDelay(rest)}` };
    default:
      return wordPlainEvent(event);
  }
}

function wordPlainEvent(event: string): EventWording {
  if (event === '') return { kind: 'always', label: 'always' };
  if (event === '*') return { kind: 'event', label: 'any other event' };
  if (event === 'xstate.error' || event === 'xstate.error.*') return { kind: 'error', label: '✗ any effect' };
  return { kind: 'event', label: event };
}

/** `1500` → `1.5 s`; a named delay stays as it is. */
export function wordDelay(delay: string): string {
  if (!/^\d+$/.test(delay)) return delay;
  const ms = Number(delay);
  if (ms < 1000) return `${ms} ms`;
  if (ms < 60_000) return `${trim(ms / 1000)} s`;
  return `${trim(ms / 60_000)} min`;
}

function trim(value: number): string {
  return value.toFixed(2).replace(/\.?0+$/, '');
}

/** The name of a guard as xstate keeps it: a string, `{type, params}`, `not(…)`, `and([…])`, `or([…])`, `stateIn(…)` or a function. */
export function wordGuard(guard: unknown): string {
  if (typeof guard === 'string') return guard;
  if (typeof guard === 'function') return wordGuardFunction(guard);
  if (isRecord(guard) && typeof guard['type'] === 'string') return guard['type'] + wordParams(guard['params']);
  return 'guard';
}

function wordGuardFunction(guard: object): string {
  const { name, guards, stateValue } = guard as { name?: unknown; guards?: unknown; stateValue?: unknown };
  const parts: readonly unknown[] = Array.isArray(guards) ? guards : [];
  const words = parts.map((part) => (name === 'or' || parts.length < 2 ? wordGuard(part) : bracket(part)));
  if (name === 'not') return `not ${parts.map(bracket).join(' ')}`;
  if (name === 'and' || name === 'or') return words.join(` ${name} `);
  if (name === 'stateIn') return `in ${typeof stateValue === 'string' ? stateValue : JSON.stringify(stateValue)}`;
  return typeof name === 'string' && name !== '' && name !== 'guard' ? name : 'condition';
}

/** `and` binds tighter than `or`, and a reader should not have to know. */
function bracket(guard: unknown): string {
  const words = wordGuard(guard);
  return / (or|and) /.test(words) ? `(${words})` : words;
}

/** The name of an action; undefined for the timers that xstate itself adds to entry and exit. */
export function wordAction(action: unknown): string | undefined {
  if (typeof action === 'string') return action;
  if (typeof action === 'function') {
    const { type, name } = action as { type?: unknown; name?: unknown };
    if (typeof type === 'string') return type.replace(/^xstate\./, '') + wordBuiltIn(action);
    return typeof name === 'string' && name !== '' ? name : 'action';
  }
  if (isRecord(action) && typeof action['type'] === 'string') return action['type'] + wordParams(action['params']);
  return undefined;
}

function wordBuiltIn(action: object): string {
  const { event } = action as { event?: unknown };
  return isRecord(event) && typeof event['type'] === 'string' ? ` ${event['type']}` : '';
}

/** Short constant params tell more than their names; anything longer would drown the picture. */
function wordParams(params: unknown): string {
  if (!isRecord(params)) return '';
  const values = Object.values(params);
  const plain = values.every((value) => ['string', 'number', 'boolean'].includes(typeof value));
  const text = values.map(String).join(', ');
  return plain && text.length > 0 && text.length <= 24 ? `(${text})` : '';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

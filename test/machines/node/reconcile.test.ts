import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DomainCommand, KnownDomain } from '../../../src/machines/node/reconcile.js';
import { reconcile } from '../../../src/machines/node/reconcile.js';

const names = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const generation = fc.integer({ min: 1, max: 3 });
const anyDesired = fc.array(fc.tuple(names, fc.record({ generation }))).map((entries) => new Map(entries));
const anyKnown = fc.array(fc.tuple(names, fc.record({ generation, retired: fc.boolean() }))).map((entries) => new Map<string, KnownDomain>(entries));

/** What the domains know once they were told; those that were retired are still there. */
function told(desired: ReadonlyMap<string, { generation: number }>, known: ReadonlyMap<string, KnownDomain>, commands: readonly DomainCommand[]) {
  const next = new Map(known);
  for (const { name, type } of commands) {
    const generation = (type === 'retire' ? known.get(name) : desired.get(name))?.generation ?? 0;
    next.set(name, { generation, retired: type === 'retire' });
  }
  return next;
}

describe('reconcile', () => {
  it('retires before it updates, and updates before it creates', () => {
    const desired = new Map([['new', { generation: 1 }], ['kept', { generation: 2 }], ['same', { generation: 1 }]]);
    const known = new Map([['kept', { generation: 1, retired: false }], ['same', { generation: 1, retired: false }], ['old', { generation: 1, retired: false }]]);
    expect(reconcile(desired, known)).toEqual([
      { type: 'retire', name: 'old' },
      { type: 'update', name: 'kept' },
      { type: 'create', name: 'new' },
    ]);
  });

  it('wants back a domain that was retired, also in its old generation', () => {
    expect(reconcile(new Map([['a', { generation: 1 }]]), new Map([['a', { generation: 1, retired: true }]]))).toEqual([{ type: 'update', name: 'a' }]);
    expect(reconcile(new Map(), new Map([['a', { generation: 1, retired: true }]]))).toEqual([]);
  });

  it('orders removal, change, creation; says nothing twice; and has nothing to say once it was heard', () => {
    fc.assert(
      fc.property(anyDesired, anyKnown, (desired, known) => {
        const commands = reconcile(desired, known);
        const order = commands.map(({ type }) => ['retire', 'update', 'create'].indexOf(type));
        expect(order).toEqual([...order].sort());
        expect(new Set(commands.map(({ name }) => name)).size).toBe(commands.length);
        expect(reconcile(desired, told(desired, known, commands))).toEqual([]);
      }),
    );
  });

  it('costs one command for one changed document', () => {
    fc.assert(
      fc.property(anyDesired, names, (desired, name) => {
        const known = told(desired, new Map(), reconcile(desired, new Map()));
        const changed = new Map(desired).set(name, { generation: 9 });
        expect(reconcile(changed, known)).toEqual([{ type: desired.has(name) ? 'update' : 'create', name }]);
      }),
    );
  });
});

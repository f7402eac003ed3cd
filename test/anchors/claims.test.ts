import { describe, expect, it } from 'vitest';
import { createClaimTable } from '../../src/anchors/claim-table.js';
import { createClaims } from '../../src/anchors/claims.js';
import type { Claim } from '../../src/hypervisor-adapters/contract/claim.js';

const disk = (id: string, mode: Claim['mode'] = 'exclusive'): Claim => ({ kind: 'image', id, mode, field: 'spec.disks[0].image' });
const forever = new AbortController().signal;

describe('the table', () => {
  it('gives all or nothing', () => {
    const table = createClaimTable();
    expect(table.request('a', [disk('x')])).toEqual([]);
    expect(table.request('b', [disk('y'), disk('x')])).toEqual([{ claim: disk('x'), holder: 'a' }]);
    expect(table.holders(disk('y'))).toEqual([]);
    expect(table.release('a')).toEqual(['b']);
    expect(table.holders(disk('y'))).toEqual(['b']);
  });

  it('shares with those who share', () => {
    const table = createClaimTable();
    expect(table.request('a', [disk('x', 'shared')])).toEqual([]);
    expect(table.request('b', [disk('x', 'shared')])).toEqual([]);
    expect(table.request('c', [disk('x')]).map(({ holder }) => holder)).toEqual(['a', 'b']);
    expect(table.release('a')).toEqual([]);
    expect(table.release('b')).toEqual(['c']);
    expect(table.request('d', [disk('x', 'shared')]).map(({ holder }) => holder)).toEqual(['c']);
  });

  it('knows a thing by kind and id, and a domain never stands in its own way', () => {
    const table = createClaimTable();
    expect(table.request('a', [disk('1'), { kind: 'host-port', id: '1', mode: 'exclusive', field: '' }, disk('1', 'shared')])).toEqual([]);
    expect(table.request('b', [disk('1', 'shared')])).toHaveLength(1);
  });

  it('serves in the order of asking, past one who cannot be served yet', () => {
    const table = createClaimTable();
    table.request('a', [disk('x')]);
    table.request('z', [disk('z')]);
    table.request('first', [disk('x'), disk('z')]);
    table.request('second', [disk('x')]);
    table.request('third', [disk('x')]);
    expect(table.release('a')).toEqual(['second']);
    expect(table.release('second')).toEqual(['third']);
    table.release('third');
    expect(table.release('z')).toEqual(['first']);
  });

  it('lets two domains swap what they hold', () => {
    const table = createClaimTable();
    table.request('a', [disk('x')]);
    table.request('b', [disk('y')]);
    // a is halted and wants y: its x is free from now on.
    expect(table.request('a', [disk('y')])).toHaveLength(1);
    expect(table.request('b', [disk('x')])).toEqual([]);
    expect(table.release('nobody')).toEqual(['a']);
  });
});

describe('waiting', () => {
  const request = (domain: string, claims: readonly Claim[], said: string[], signal = forever) => ({
    domain,
    claims,
    signal,
    onWait: (reason: string, message: string) => void said.push(`${reason} ${message}`),
  });

  it('swaps without anybody asking twice', async () => {
    const claims = createClaims();
    const said: string[] = [];
    await claims.acquire(request('a', [disk('x')], said));
    await claims.acquire(request('b', [disk('y')], said));
    const first = claims.acquire(request('a', [disk('y')], said));
    expect(said).toEqual(['CLAIM_HELD spec.disks[0].image: image y is in use by b']);
    await Promise.all([claims.acquire(request('b', [disk('x')], said)), first]);
    expect([claims.holders(disk('x')), claims.holders(disk('y'))]).toEqual([['b'], ['a']]);
  });

  it('is given up when aborted, holding nothing', async () => {
    const claims = createClaims();
    claims.adopt('a', [disk('x')]);
    const given = new AbortController();
    const waiting = claims.acquire(request('b', [disk('x')], [], given.signal));
    given.abort('no more');
    await expect(waiting).rejects.toBe('no more');
    claims.release('a');
    expect(claims.holders(disk('x'))).toEqual([]);
    await expect(claims.acquire(request('b', [disk('x')], [], given.signal))).rejects.toBe('no more');
  });

  it('does not take away what was adopted meanwhile', async () => {
    const claims = createClaims();
    claims.adopt('a', [disk('x')]);
    const given = new AbortController();
    const waiting = claims.acquire(request('b', [disk('x')], [], given.signal));
    claims.adopt('b', [disk('x')]);
    given.abort('no more');
    await expect(waiting).rejects.toBe('no more');
    expect(claims.holders(disk('x'))).toEqual(['a', 'b']);
  });
});

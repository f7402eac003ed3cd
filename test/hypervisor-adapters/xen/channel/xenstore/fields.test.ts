import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { errnoOf, refusal } from '../../../../../src/hypervisor-adapters/xen/channel/xenstore/errors.js';
import { checkedDomain, checkedPath, checkedWatchPath } from '../../../../../src/hypervisor-adapters/xen/channel/xenstore/paths.js';
import { decodePermissions, encodePermissions } from '../../../../../src/hypervisor-adapters/xen/channel/xenstore/permissions.js';

describe('paths', () => {
  test.each(['/', '/a', '/local/domain/0/device-model/1@x_y', `/${'a'.repeat(3071)}`])('%.40s is one', (path) => {
    expect(checkedPath(path)).toBe(path);
  });

  test.each(['', 'a', '/a/', '//', '/a//b', '/a b', '/a.b', '/ä', '/a\n', '\n/a', '/a\0', `/${'a'.repeat(3072)}`, '@releaseDomain'])('%.40j is none', (path) => {
    expect(() => checkedPath(path)).toThrow(expect.objectContaining({ code: 'XENSTORE_PATH_INVALID', message: expect.stringMatching(/^.{1,300}$/) as unknown }));
  });

  test('watches may be on two special ones, and on no other', () => {
    expect(['@introduceDomain', '@releaseDomain', '/a'].map(checkedWatchPath)).toHaveLength(3);
    for (const path of ['@nonsense', '@', 'toString']) expect(() => checkedWatchPath(path)).toThrow(expect.objectContaining({ code: 'XENSTORE_PATH_INVALID' }));
  });

  test('domain ids are small whole numbers', () => {
    expect([0, 5, 32_751].map(checkedDomain)).toEqual(['0', '5', '32751']);
    for (const domid of [-1, 1.5, Number.NaN, 40_000]) expect(() => checkedDomain(domid)).toThrow(expect.objectContaining({ code: 'XENSTORE_PATH_INVALID' }));
  });
});

describe('permissions', () => {
  test('as the wire has them', () => {
    expect(encodePermissions({ owner: 0, others: 'none', grants: [{ domid: 5, access: 'read' }] })).toEqual(['n0', 'r5']);
  });

  test('come back as they were', () => {
    const access = fc.constantFrom('none', 'read', 'write', 'both');
    const domid = fc.integer({ min: 0, max: 32_751 });
    fc.assert(
      fc.property(fc.record({ owner: domid, others: access, grants: fc.array(fc.record({ domid, access }), { maxLength: 5 }) }), (permissions) => {
        expect(decodePermissions(encodePermissions(permissions))).toEqual(permissions);
      }),
    );
  });

  test.each([[[]], [['x0']], [['n']], [['n0', '']], [['n-1']], [['constructor']]])('%j are none', (texts) => {
    expect(() => decodePermissions(texts)).toThrow(expect.objectContaining({ code: 'XENSTORE_PROTOCOL' }));
  });
});

describe('refusals', () => {
  test.each([
    ['ENOENT', 'XENSTORE_ABSENT', false],
    ['EACCES', 'XENSTORE_NOT_PERMITTED', false],
    ['EPERM', 'XENSTORE_NOT_PERMITTED', false],
    ['E2BIG', 'XENSTORE_TOO_LARGE', false],
    ['EQUOTA', 'XENSTORE_QUOTA', false],
    ['ENOSPC', 'XENSTORE_QUOTA', false],
    ['EAGAIN', 'XENSTORE_CONFLICT', true],
    ['EBUSY', 'XENSTORE_REFUSED', true],
    ['EINVAL', 'XENSTORE_REFUSED', false],
    ['toString', 'XENSTORE_REFUSED', false],
    ['', 'XENSTORE_REFUSED', false],
  ])('%j is %s', (errno, code, retryable) => {
    const error = refusal('read /a', errno);
    expect(error).toMatchObject({ code, retryable, cause: { about: 'read /a', errno } });
    expect(error.message).toContain('read /a');
    expect(errnoOf(error)).toBe(errno);
  });

  test('what the daemon did not say has no word of its own', () => {
    expect([errnoOf(new Error('x')), errnoOf(undefined), errnoOf({ cause: { errno: 'E' } })]).toEqual([undefined, undefined, undefined]);
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WindlassError } from '../../../../../src/errors.js';
import type { PeerAction } from '../../../../fakes/xenstore-peer.js';
import { clientOfPeer, peersOfThisFile, type } from './peer-client.js';

const peers = peersOfThisFile();

/** What may lie between two answers without harm. */
const harmless: fc.Arbitrary<PeerAction> = fc.oneof(
  fc.record({ fire: fc.record({ path: fc.constant('/w'), token: fc.string({ maxLength: 8 }).map((text) => text.replaceAll('\0', '')) }) }),
  fc.record({ packet: fc.record({ id: fc.integer({ min: 1_000_000, max: 0xffff_ffff }), payload: fc.string({ unit: 'binary-ascii', maxLength: 50 }) }) }),
  fc.record({ packet: fc.record({ type: fc.constant(15), id: fc.constant(0), payload: fc.string({ unit: 'binary-ascii', maxLength: 50 }) }) }),
);
const pieces = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });

test('split, merged, reordered, and with noise between: each question gets its own answer', { timeout: 30_000 }, async () => {
  const scripts = fc.integer({ min: 1, max: 12 }).chain((count) =>
    fc.record({
      order: fc.shuffledSubarray(Array.from({ length: count }, (_, n) => n), { minLength: count }),
      noise: fc.array(harmless, { maxLength: 12 }),
      pieces,
    }),
  );
  await fc.assert(
    fc.asyncProperty(scripts, async ({ order, noise, pieces: sizes }) => {
      const answers = order.flatMap((place, n): readonly PeerAction[] => [...noise.slice(n, n + 1), { answerHeld: [place] }]);
      const client = await clientOfPeer(peers(), { pieces: sizes, on: { [type.read]: [{ hold: true }], [type.mkdir]: [...answers, { reply: 'OK\0' }] } });
      const paths = order.map((_, n) => `/n/${n}`);
      const [values] = await Promise.all([Promise.all(paths.map(async (path) => await client.read(path))), client.mkdir('/go')]);
      expect(values).toEqual(paths.map((path) => `${path}\0`));
      client.close();
    }),
    { numRuns: 60 },
  );
});

test('any bytes instead of an answer: every question settles in time, with an answer or an error of this channel', { timeout: 30_000 }, async () => {
  const noise = fc.array(fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 120 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(noise, pieces, fc.boolean(), async (parts, sizes, hangUp) => {
      const actions: PeerAction[] = [...parts.map((raw) => ({ raw })), ...(hangUp ? [{ hangUp: true } as const] : [])];
      const client = await clientOfPeer(peers(), { pieces: sizes, on: { [type.read]: actions } }, 40);
      const outcomes = await Promise.allSettled([client.read('/a'), client.getPermissions('/b'), client.directory('/c')]);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') expect(outcome.reason instanceof WindlassError && outcome.reason.code.startsWith('XENSTORE_')).toBe(true);
      }
      client.close();
    }),
    { numRuns: 60 },
  );
});

test('headers that lie about type, id and length: likewise', { timeout: 30_000 }, async () => {
  const lies = fc.record({
    type: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constant(0xffff_ffff)),
    id: fc.integer({ min: 0, max: 4 }),
    length: fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.constantFrom(0x7fff_ffff, 0xffff_ffff)),
    payload: fc.string({ unit: 'binary-ascii', maxLength: 100 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(lies, { minLength: 1, maxLength: 5 }), pieces, async (packets, sizes) => {
      const client = await clientOfPeer(peers(), { pieces: sizes, on: { [type.read]: packets.map((packet) => ({ packet })) } }, 40);
      const outcomes = await Promise.allSettled([client.read('/a'), client.read('/b'), client.mkdir('/c')]);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') expect(outcome.reason instanceof WindlassError && outcome.reason.code.startsWith('XENSTORE_')).toBe(true);
      }
      client.close();
    }),
    { numRuns: 60 },
  );
});

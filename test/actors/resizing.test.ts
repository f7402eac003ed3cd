/** What counts while counts are under way, fail, or are given up: real admission and records, over files in memory whose writes the test holds. */
import { expect, test } from 'vitest';
import { type AnyActorRef, createActor, toPromise } from 'xstate';
import { createAdmission } from '../../src/actors/admission.js';
import { resizingActors } from '../../src/actors/resizing.js';
import type { DomainWorld } from '../../src/actors/world.js';
import { createHandles } from '../../src/actors/world.js';
import { createClaims } from '../../src/anchors/claims.js';
import { layoutOf } from '../../src/anchors/layout.js';
import { readRecord, writeIntent, writeLaunched } from '../../src/anchors/record.js';
import type { RunDetails } from '../../src/actors/run-details.js';
import { WindlassError, parseDocuments } from '../../src/index.js';
import { someAnchor } from '../machines/support/documents.js';
import { simulatedHost } from '../support/simulated-host.js';

/** Domain `a` counts for 64 bytes of 256. */
async function scene() {
  const { adapter, ports } = simulatedHost();
  const layout = layoutOf('/s', 'process', 'a');
  const parsed = parseDocuments([{ file: '/a.yaml', text: 'apiVersion: windlass/v1\nkind: Domain\nmetadata: { name: a }\nspec: { memory: 64Mi, hypervisor: process }\n' }]);
  const document = parsed.ok ? parsed.documents[0]?.document : undefined;
  if (document === undefined) throw new Error('the document is not one');
  const placement = { hypervisor: 'process', why: 'named', accelerator: 'none', memoryBytes: 64, cpus: 1, deviceModel: { machine: 'none', devices: [] } };
  const built: RunDetails = { generation: 1, document, anchorKey: 'key', ladder: [], claims: [], placement, argv: [], failures: 0, end: null };
  await ports.files.ensureDirectory(layout.directory, 0o700);
  const intent = await writeIntent(ports, layout, { ...built, domain: 'a', hypervisor: 'process', incarnation: 1, marker: 'a' });
  await writeLaunched(ports, layout, intent, someAnchor);

  const writes: { readonly fail: () => void; readonly pass: () => void }[] = [];
  const writeAtomic = ports.files.writeAtomic.bind(ports.files);
  const files = {
    ...ports.files,
    writeAtomic: (...parameters: Parameters<typeof writeAtomic>) =>
      new Promise<void>((resolve, reject) => {
        writes.push({ pass: () => void writeAtomic(...parameters).then(resolve, reject), fail: () => reject(new WindlassError('FILE_NO_SPACE', 'no space')) });
      }),
  };
  const admission = createAdmission({ memoryBytes: 256, starting: 8 });
  admission.adopt('a', 64);
  const handles = Object.assign(createHandles('a'), { built, home: { adapter, layout, marker: 'a' } });
  const world: DomainWorld = {
    ports: { ...ports, files },
    root: '/s',
    adapters: new Map(),
    admission,
    claims: createClaims(),
    underWay: new Set(),
    handles: () => handles,
    place: () => Promise.reject(new Error('nothing is placed here')),
    lookForHolders: () => Promise.resolve(),
    leaveDevices: () => undefined,
    tell: () => undefined,
  };
  const { count } = resizingActors(world);
  return {
    handles,
    counting: (bytes: number, unrecorded: 'refused' | 'counts') => {
      const actor = createActor(count, { input: { name: 'a', incarnation: 1, anchor: someAnchor, bytes, unrecorded } });
      actor.subscribe({ error: () => undefined });
      actor.start();
      return actor;
    },
    /** The next write of the record, once it is asked for. */
    write: async () => {
      await expect.poll(() => writes.length).toBeGreaterThan(0);
      const [next] = writes.splice(0, 1);
      if (next === undefined) throw new Error('nothing is written');
      return next;
    },
    /** Would another domain that needs so many bytes start now? */
    hasRoomFor: async (memoryBytes: number) => {
      let waits = false;
      const asked = new AbortController();
      const admitted = admission.admit({ name: 'b', memoryBytes, signal: asked.signal, onWait: () => (waits = true) }).catch(() => undefined);
      asked.abort(new Error('only asked'));
      await admitted;
      admission.release('b');
      return !waits;
    },
    recorded: async () => {
      const reading = await readRecord(ports, layout);
      return reading.state === 'read' ? (reading.record['placement'] as typeof placement).memoryBytes : undefined;
    },
  };
}

const outcome = (actor: AnyActorRef): Promise<string> => toPromise(actor).then(() => 'done', () => 'failed');

test('more is admitted at once, and on record when that is answered', async () => {
  const { counting, handles, hasRoomFor, recorded, write } = await scene();
  const actor = counting(128, 'refused');
  expect([await hasRoomFor(129), await hasRoomFor(128)]).toEqual([false, true]);
  expect(handles.built.placement.memoryBytes).toBe(64);
  (await write()).pass();
  expect(await outcome(actor)).toBe('done');
  expect([await recorded(), handles.built.placement.memoryBytes]).toEqual([128, 128]);
});

test('more that cannot be put on record is not counted; less is, and the record stays with more', async () => {
  const { counting, handles, hasRoomFor, recorded, write } = await scene();
  const more = counting(128, 'refused');
  (await write()).fail();
  expect(await outcome(more)).toBe('failed');
  expect(await hasRoomFor(192)).toBe(true);
  const less = counting(32, 'counts');
  (await write()).fail();
  expect(await outcome(less)).toBe('done');
  expect([await hasRoomFor(224), await recorded(), handles.built.placement.memoryBytes]).toEqual([true, 64, 32]);
});

test('a count that was given up and fails later does not undo the one after it', async () => {
  const { counting, hasRoomFor, recorded, write } = await scene();
  counting(128, 'refused').stop();
  const again = counting(128, 'refused');
  (await write()).fail();
  (await write()).pass();
  expect(await outcome(again)).toBe('done');
  expect([await hasRoomFor(129), await recorded()]).toEqual([false, 128]);
});

test('a count that was given up is on record before any later one', async () => {
  const { counting, hasRoomFor, recorded, write } = await scene();
  counting(32, 'counts').stop();
  const next = counting(128, 'refused');
  (await write()).pass();
  await expect.poll(recorded).toBe(32);
  (await write()).pass();
  expect(await outcome(next)).toBe('done');
  expect([await hasRoomFor(129), await recorded()]).toEqual([false, 128]);
});

/** What each effect may do to the world, and answer, from how far it has come. */
import type { Finding } from '../../../src/machines/domain/finding.js';
import type { DomainEnd } from '../../../src/machines/domain/ends.js';
import { outcomeOf } from '../../../src/machines/domain/ends.js';
import type { MemoryChange } from '../../../src/machines/domain/memory.js';
import { rungs } from '../../../src/machines/observations.js';
import { endOf, someAnchor } from '../support/documents.js';
import { current, outdated, standIn } from './abstraction.js';
import type { Guarantees } from './guarantees.js';
import type { Position } from './machine.js';
import type { Guest, RecordedEnd, Working, World } from './world.js';
import { mine, spoil, withMine } from './world.js';

export interface Answer {
  readonly kind: 'done' | 'error';
  readonly data: unknown;
}

export interface Deed {
  readonly label: string;
  readonly world: World;
  readonly answer: Answer | null;
  /** Part of a day on which all goes well. */
  readonly good: boolean;
}

type Effect = (world: World, working: Working, at: Position, promised: Guarantees) => readonly Deed[];

const acts = (label: string, world: World, progress: Working['progress'] = 'acted'): Deed => ({
  label,
  world: world.working === null ? world : { ...world, working: { ...world.working, progress } },
  answer: null,
  good: true,
});
const answers = (world: World, label: string, data?: unknown, good = true): Deed => ({ label, world: settled(world), answer: { kind: 'done', data }, good });
const fails = (world: World, retryable = true): Deed => ({
  label: retryable ? 'fails' : 'fails for good',
  // A stale failure speaks of the document before.
  world: world.working?.stale === true ? { ...settled(world), tainted: true } : spoil(settled(world)),
  answer: { kind: 'error', data: { code: 'REASON', message: 'problem', retryable } },
  good: false,
});

function settled(world: World): World {
  return { ...world, working: world.working === null ? null : { name: world.working.name, progress: 'settled', key: '', stale: false, read: null, bytes: null } };
}

/** Nothing of it is modelled but its failure: what it does to the anchor, the anchor may do at any time by itself. */
const rung =
  (effect: (guest: Guest) => Guest | null): Effect =>
  (world, working, _, promised) => {
    if (working.progress !== 'asked') return [answers(world, 'answers'), fails(world)];
    const acted = withMine(world, (anchor) => {
      const guest = effect(anchor.guest);
      return guest === null ? null : { ...anchor, guest, told: anchor.told && guest === anchor.guest };
    });
    return [acts('works', unlessNoted(acted, promised)), fails(world)];
  };

/** Why it was ended, an engine that comes later knows from the record alone: where that could not be written, the end looks like the anchor's own. */
const unlessNoted = (world: World, promised: Guarantees): World => (promised.endIsNoted && (world.record?.ending ?? null) === null ? spoil(world) : world);

/** A call that changes the guest's run state, and answers with what it saw afterwards. */
const control =
  (change: (guest: Guest) => Guest): Effect =>
  (world, working) => {
    if (working.progress === 'acted') return [answers(world, `answers ${working.read ?? 'nothing'}`, working.read), fails(world)];
    const anchor = mine(world);
    if (anchor === undefined || world.session !== 'open') return [fails(world)];
    const guest = change(anchor.guest);
    const acted = withMine(world, (one) => ({ ...one, guest, told: one.told && guest === one.guest }));
    return [{ ...acts('works', { ...acted, working: { ...working, read: guest } }) }, fails(world)];
  };

const lets = (guest: Guest): Guest => (guest === 'prelaunch' || guest === 'suspended' || guest === 'paused' || guest === 'io-error' ? 'running' : guest);
const sleeps = (guest: Guest): Guest => (guest === 'running' ? 'suspended' : guest);
const stops = (guest: Guest): Guest => (guest === 'running' ? 'paused' : guest);

function finding({ anchors, record }: World, intentFirst: boolean): Finding {
  if (anchors.length > 0 && (record !== null || intentFirst))
    return {
      presence: 'present',
      anchor: someAnchor,
      anchorKey: record?.key ?? 'key-a',
      generation: record?.current === true ? current : outdated,
      incarnation: 1,
      failures: 0,
      ladder: rungs,
      ending: onRecord(record?.ending ?? null),
    };
  const ended = record?.ended ?? null;
  return {
    presence: 'absent',
    why: 'end',
    incarnation: 1,
    // Whether it rests before it tries again; how often it failed is not counted.
    failures: ended !== null && outcomeOf(ended.cause) === 'failed' ? 1 : 0,
    end: onRecord(ended),
    unreaped:
      record === null || ended !== null
        ? null
        : { anchorKey: record.key, generation: record.current ? current : outdated, lived: record.lived, ending: onRecord(record.ending) },
  };
}

function onRecord(end: RecordedEnd | null): DomainEnd | null {
  return end === null ? null : endOf({ cause: end.cause, message: 'end', generation: end.current ? current : outdated });
}

const accounted = ({ counting }: World, bytes: number): number => (counting ? bytes : 0);

/** What the engine believes: more only once it is on record, less at once. */
const counted = ({ counted: admitted, record }: World): number => Math.min(admitted, record?.counts ?? 0);

/** As it is put on record. */
function recorded(end: DomainEnd | null): RecordedEnd {
  return { cause: standIn(end?.cause ?? 'vmm-gone'), current: end?.generation === current };
}

export const effects: Readonly<Record<string, Effect>> = {
  observe(world, _, __, promised) {
    const unknown = answers(world, 'cannot tell', { presence: 'unknown', why: 'end' } satisfies Finding, false);
    // A launch of an engine that died may not be seen yet: absent is then no more than a reason to reap, which looks again.
    const found = finding(world, promised.intentFirst);
    const adopted = { ...world, anchors: world.anchors.map((anchor) => ({ ...anchor, mine: true })), claims: world.claims || found.presence === 'present', counted: found.presence === 'present' ? (world.record?.counts ?? 0) : world.counted };
    return [answers(found.presence === 'present' ? adopted : world, `finds it ${found.presence}`, found), unknown, fails(world)];
  },
  plan: (world, { key, stale }, { context }) => [
    answers({ ...world, placed: key, planned: world.resizable ? context.desired.memory : 0 }, 'succeeds', { anchorKey: key, generation: stale ? outdated : current, ladder: rungs }),
    fails(world),
    fails(world, false),
  ],
  admit: (world) => [answers({ ...world, counted: accounted(world, world.planned) }, 'succeeds'), fails(world)],
  reserve: (world) => [answers({ ...world, claims: true }, 'succeeds'), fails(world), fails({ ...world, claims: true }, false)],
  prepare: (world) => [answers(world, 'succeeds'), fails(world), fails(world, false)],
  release: (world) => [answers({ ...world, claims: false, counted: 0 }, 'succeeds'), fails(world)],
  launch(world, { progress }, at, promised) {
    const key = world.placed ?? world.record?.key ?? 'none';
    const intent = { key, current: at.context.desired.anchorKey === key, lived: false, counts: accounted(world, world.planned), ending: null, ended: null };
    if (progress === 'asked') return [acts('orders the process', promised.intentFirst ? { ...world, record: intent } : world, 'halfway'), fails(world)];
    if (progress === 'halfway') {
      const anchors = [...world.anchors, { mine: true, key, guest: 'prelaunch' as const, told: true, memory: world.resizable ? world.planned : null, memoryTold: true, held: accounted(world, world.planned) }];
      const lost: Deed = { ...fails(world), label: 'fails, and its process may still come', world: spoil({ ...settled(world), stray: { mine: true, key } }) };
      return [acts('has started the process', { ...world, anchors, placed: null, planned: 0 }), fails(world), lost];
    }
    const launched = { ...world, record: { ...(world.record ?? intent), lived: true } };
    return [answers(launched, 'succeeds', someAnchor), { ...fails(world), label: 'fails after the start' }];
  },
  connect(world, working, { path }) {
    if (working.progress === 'acted') return [answers(world, `answers ${working.read ?? 'nothing'}`, working.read), fails({ ...world, session: 'lost' })];
    const anchor = mine(world);
    if (anchor === undefined) return [fails(world)];
    const open = withMine({ ...world, session: 'open' as const, working: { ...working, read: anchor.guest } }, (one) => ({ ...one, told: true, memoryTold: one.memory === null }));
    const failed = fails(world);
    // Of a launch that an earlier engine did not live to complete.
    const cutShort: Deed = { ...failed, label: 'says that nothing ran', answer: { kind: 'error', data: { code: 'REASON', message: 'problem', retryable: true, neverRan: true } } };
    return [acts('has opened the channel', open), failed, ...(path.startsWith('anchored.adopting') && anchor.guest === 'prelaunch' ? [cutShort] : [])];
  },
  boot: control(lets),
  resume: control(lets),
  pause: control(stops),
  suspend: (world, working, at, promised) => [...control(sleeps)(world, working, at, promised), fails(world, false)],
  weigh(world, { bytes }) {
    // The document of the moment at which it is asked, and what is counted when it answers.
    const change = (counts: number): MemoryChange => ({ memory: bytes ?? 0, needs: bytes ?? 0, counted: counts });
    if (world.counting) return [answers(world, 'answers', change(counted(world))), fails(world)];
    return [answers(world, 'says that it is more', change(0)), answers(world, 'says that it is less', change(2 * (bytes ?? 0))), fails(world)];
  },
  count(world, { bytes, progress }, { path }) {
    const counts = accounted(world, bytes ?? 0);
    if (progress === 'asked') return [acts('has counted', { ...world, counted: counts, countedBefore: counted(world) }, 'halfway'), fails(world)];
    const over = { ...world, countedBefore: 0 };
    const recorded = answers({ ...over, record: world.record && { ...world.record, counts } }, 'succeeds');
    if (path.endsWith('.recounting')) return [recorded, { ...answers(over, 'succeeds without a record'), good: false }];
    return [recorded, { ...fails({ ...over, counted: world.countedBefore }), label: 'fails, and counts as before' }, { ...fails(recorded.world), label: 'fails once it is on record' }];
  },
  resize(world, working, { context }) {
    if (working.progress === 'acted') return [answers(world, 'answers', working.bytes), fails(world)];
    const asked = context.memoryChange?.memory;
    const anchor = mine(world);
    if (asked === undefined || anchor === undefined || world.session !== 'open') return [fails(world)];
    const holding = (held: number): World => ({ ...withMine(world, (one) => ({ ...one, memory: asked, memoryTold: one.memoryTold && one.memory === asked, held: accounted(world, held) })), working: { ...working, bytes: held } });
    const before = world.counting ? anchor.held : 2 * asked;
    const kept: Deed = { ...acts('is refused what the guest holds', holding(before)), good: false };
    return [acts('works', holding(asked)), ...(before > asked ? [kept] : []), fails(world)];
  },
  probe: (world) => [...(mine(world)?.guest === 'running' ? [answers(world, 'holds')] : []), fails(world)],
  note(world, { progress }, { context }, promised) {
    if (progress === 'acted') return [answers(world, 'succeeds')];
    const { record, stray } = world;
    // A launch that was cut short writes its record after it, and so is waited for.
    if (stray?.mine === true) return [fails(world)];
    const noted = record === null || record.ended !== null || !promised.endIsNoted ? record : { ...record, ending: recorded(context.end) };
    return [acts('has put the end on record', { ...world, record: noted }), fails(world)];
  },
  ask: rung((guest) => (guest === 'running' ? 'shutdown' : guest)),
  press: rung((guest) => (guest === 'running' ? 'shutdown' : guest)),
  quit: rung(() => null),
  terminate: rung(() => null),
  kill(world, { progress }, _, promised) {
    if (progress === 'asked') return [acts('has killed all that carries the marker', unlessNoted({ ...world, anchors: [] }, promised)), fails(world)];
    if (world.anchors.length > 0) return [acts('kills again', { ...world, anchors: [] }), fails(world)];
    if (promised.endsAwaitLaunch && world.stray !== null) return [fails(world)];
    return [answers(world, 'confirms that nothing lives'), fails(world)];
  },
  capture: (world) => [answers(world, 'succeeds', { evidence: 'kept', lastWords: '' }), fails(world)],
  reap(world, { progress }, { context }, promised) {
    if (progress === 'acted') return [answers(world, 'succeeds')];
    if (progress === 'halfway') {
      const record = context.desired.removed || world.record === null ? null : { ...world.record, counts: 0, ending: null, ended: recorded(context.end) };
      return [acts('has given the resources back', { ...world, claims: false, counted: 0, record }), fails(world)];
    }
    const lives = world.anchors.length > 0 || (promised.endsAwaitLaunch && world.stray !== null);
    return lives && promised.reapConfirms ? [fails(world)] : [acts('confirms that nothing lives', world, 'halfway'), fails(world)];
  },
};

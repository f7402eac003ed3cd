/** Everything that can happen next: to the effect under way, by time, on the host, by the user, to the engine. */
import type { DesiredDomain } from '../../../src/machines/domain/context.js';
import type { Document } from './documents.js';
import { effects } from './effects.js';
import { arrive, follow, type State } from './follow.js';
import type { Guarantees } from './guarantees.js';
import type { MachineTable, Position } from './machine.js';
import type { Guest, World } from './world.js';
import { mine, spoil, strangeMemory, withMine } from './world.js';

export interface Move {
  readonly who: 'effect' | 'time' | 'host' | 'channel' | 'user' | 'engine';
  readonly what: string;
  /** Does it belong to a world that behaves? */
  readonly good: boolean;
  readonly to: State;
}

export interface Game {
  readonly table: MachineTable;
  readonly promised: Guarantees;
  readonly documents: readonly Document[];
}

export function movesOf(game: Game, state: State): readonly Move[] {
  if (state.at.status !== 'active') return returns(game, state);
  return [...ofEffect(game, state), ...ofLateEffects(game, state), ...ofHost(state), ...told(game, state), ...ofTime(game, state), ...ofUser(game, state), crash(game, state)];
}

export function initialStates({ documents, table }: Game, world: World): readonly Move[] {
  return documents.map(({ desired, label }) => ({ who: 'user', what: `document: ${label}`, good: true, to: arrive(world, table.begin(desired)) }));
}

function ofEffect(game: Game, { at, world }: State): readonly Move[] {
  const { effect } = at;
  const { working } = world;
  if (effect === null || working === null || working.progress === 'settled') return [];
  const deeds = effects[effect.name]?.(world, working, at, game.promised) ?? [];
  return deeds.map(({ answer, good, label, world: next }) => {
    const what = `${effect.name} ${label}`;
    if (answer === null) return { who: 'effect', what, good, to: { at, world: next } };
    const type = `xstate.${answer.kind}.actor.${effect.id}`;
    const event = answer.kind === 'done' ? { type, output: answer.data, actorId: effect.id } : { type, error: answer.data, actorId: effect.id };
    return { who: 'effect', what, good, to: follow(game, next, game.table.step(at, JSON.stringify(event), event)) };
  });
}

function ofLateEffects(_: Game, { at, world }: State): readonly Move[] {
  const moves: Move[] = [];
  const host = (what: string, next: World, good = true): void => void moves.push({ who: 'host', what, good, to: { at, world: next } });
  const { lateCount, latePlan, lateRelease, record, stray } = world;
  if (stray !== null) {
    const anchor = { ...stray, guest: 'prelaunch' as const, told: true, memory: world.resizable ? strangeMemory : null, memoryTold: true, held: 0 };
    // The engine that ordered it still records it, though its machine has gone on; one that crashed does not.
    const lived = record !== null && record.ended === null && stray.mine ? { ...record, lived: true } : record;
    host('the process of an abandoned launch appears', { ...world, stray: null, record: lived, anchors: [...world.anchors, anchor] });
    host('the abandoned launch comes to nothing', { ...world, stray: null }, false);
  }
  if (lateRelease) host('an abandoned release gives the resources back', { ...world, lateRelease: false, claims: false, counted: 0 });
  if (latePlan !== null) host('an abandoned plan is taken for the present one', { ...world, latePlan: null, placed: latePlan });
  if (lateCount !== null) host('an abandoned count happens', { ...world, lateCount: null, counted: lateCount, record: record && { ...record, counts: lateCount } });
  return moves;
}

const ofItself: Readonly<Record<Guest, readonly Guest[]>> = {
  prelaunch: ['running'],
  running: ['shutdown', 'guest-panicked', 'io-error', 'paused', 'suspended'],
  suspended: ['running'],
  paused: ['running'],
  'io-error': [],
  shutdown: [],
  'guest-panicked': [],
};

function ofHost({ at, world }: State): readonly Move[] {
  const bad = (what: string, next: World): Move => ({ who: 'host', what, good: false, to: { at, world: next } });
  const moves = world.anchors.map((_, index) => bad('the anchor dies', spoil({ ...world, anchors: world.anchors.filter((__, other) => other !== index) })));
  const anchor = mine(world);
  for (const guest of anchor === undefined ? [] : ofItself[anchor.guest]) {
    if (guest === 'suspended' && !world.sleepy) continue;
    const told = world.session === 'none' || world.session === 'lost';
    const next = withMine(world, (one) => ({ ...one, guest, told }));
    moves.push(bad(`the guest is ${guest}`, guest === 'shutdown' || guest === 'guest-panicked' ? spoil(next) : next));
  }
  if (anchor !== undefined && anchor.memory !== null && anchor.memory !== strangeMemory) {
    const told = world.session === 'none' || world.session === 'lost';
    moves.push(bad('somebody changes the memory of the guest', withMine(world, (one) => ({ ...one, memory: strangeMemory, memoryTold: told }))));
  }
  return moves;
}

/** What the channel and the watch of the process tell. */
function told(game: Game, { at, world }: State): readonly Move[] {
  if (!at.watches) return [];
  const moves: Move[] = [];
  const tell = (what: string, good: boolean, event: { readonly type: string }, next: World): void => {
    const seen = { ...event, incarnation: 1 };
    moves.push({ who: 'channel', what, good, to: follow(game, next, game.table.step(at, JSON.stringify(seen), seen)) });
  };
  const { anchor, exit } = at.context;
  const living = mine(world);
  if (living === undefined && anchor !== null && exit === null && game.promised.exitIsTold)
    tell('tells that the anchor exited', true, { type: 'anchor.exited', ...{ exit: { code: null, signal: null } } }, world);
  if (living !== undefined && !living.told && world.session === 'open') {
    const { guest } = living;
    const event = guest === 'shutdown' ? { type: 'guest.shutdown', ...{ by: 'guest', reason: 'guest-shutdown' } } : { type: 'guest.state', ...{ state: guest } };
    tell(`tells that the guest is ${guest}`, true, event, withMine(world, (one) => ({ ...one, told: true })));
  }
  if (living !== undefined && living.memory !== null && !living.memoryTold && world.session === 'open')
    tell('tells the memory of the guest', true, { type: 'guest.memory', ...{ bytes: living.memory } }, withMine(world, (one) => ({ ...one, memoryTold: true })));
  if (world.session === 'open') tell('is silent', false, { type: 'channel.silent', ...{ forMilliseconds: 1 } }, { ...world, session: 'silent' });
  if (world.session === 'silent' && game.promised.silenceEnds) tell('answers again', living !== undefined, { type: 'channel.answering' }, { ...world, session: 'open' });
  if (world.session === 'open' || (world.session === 'silent' && game.promised.silenceEnds))
    tell('is lost', false, { type: 'channel.lost', ...{ reason: 'end' } }, spoil({ ...world, session: 'lost' }));
  return moves;
}

function ofTime(game: Game, { at, world }: State): readonly Move[] {
  return at.timers.map((type) => {
    // A deadline of an effect is a failure of the present generation, unless what it worked on is outdated.
    const waits = world.working !== null && world.working.progress !== 'settled';
    const missed = world.working?.stale === true ? { ...world, tainted: true } : spoil(world);
    const to = follow(game, waits ? missed : world, game.table.step(at, type, { type }));
    return { who: 'time', what: type.replace('xstate.after.', '').replace(/\..*/, ' passes'), good: true, to };
  });
}

function ofUser(game: Game, { at, world }: State): readonly Move[] {
  const moves: Move[] = [];
  const { desired: before } = at.context;
  for (const { desired, label } of game.documents) {
    if (same(desired, before)) continue;
    const event = { type: 'desired.changed', desired: { ...desired, generation: 2 } };
    const step = game.table.step(at, `desired ${label}`, event);
    moves.push({ who: 'user', what: `document: ${label}`, good: false, to: follow(game, edited(at, world, desired), step) });
  }
  if (at.path === 'backoff' || at.path === 'failed' || at.path === 'halted')
    moves.push({ who: 'user', what: 'retry', good: false, to: follow(game, world, game.table.step(at, 'retry', { type: 'retry' })) });
  return moves;
}

const same = (one: DesiredDomain, other: DesiredDomain): boolean => one.power === other.power && one.removed === other.removed && one.anchorKey === other.anchorKey && one.memory === other.memory;

/** Another generation: what is on record is of a former one, and what went wrong, too, unless the same device model is still under way. */
function edited({ context }: Position, world: World, desired: DesiredDomain): World {
  const { record, spoiled, tainted, working } = world;
  const underWay = context.built?.anchorKey === desired.anchorKey || (record !== null && record.ended === null && record.key === desired.anchorKey);
  return {
    ...world,
    spoiled: underWay && (spoiled || tainted),
    working: working && { ...working, stale: working.stale || working.name === 'plan' || working.key !== desired.anchorKey },
    record: record && { ...record, current: false, ending: record.ending && { ...record.ending, current: false }, ended: record.ended && { ...record.ended, current: false } },
  };
}

function crash(game: Game, { at, world }: State): Move {
  const { anchors, record, working } = world;
  const ordered = working?.name === 'launch' && working.progress === 'halfway';
  const survives = game.promised.generationsSurvive;
  const next: World = {
    ...world,
    anchors: anchors.map((anchor) => ({ ...anchor, mine: false, told: true, memoryTold: true })),
    stray: ordered ? { mine: false, key: world.placed ?? 'none' } : world.stray && { ...world.stray, mine: false },
    lateRelease: false,
    latePlan: null,
    countedBefore: 0,
    lateCount: null,
    placed: null,
    planned: 0,
    // What an unreaped record names is taken again before any domain reserves.
    claims: record !== null && record.ended === null,
    counted: record !== null && record.ended === null ? record.counts : 0,
    session: 'none',
    record: survives || record === null ? record : { ...record, current: true, ending: record.ending && { ...record.ending, current: true }, ended: record.ended && { ...record.ended, current: true } },
  };
  return { who: 'engine', what: 'crashes and starts again', good: false, to: arrive(next, game.table.begin(at.context.desired)) };
}

/** A domain that is gone is forgotten; a document that names it again begins anew. */
function returns({ documents, table }: Game, { world }: State): readonly Move[] {
  const next: World = { ...world, record: null, placed: null, planned: 0, spoiled: false, tainted: false, working: null };
  return documents
    .filter(({ desired }) => !desired.removed)
    .map(({ desired, label }) => ({ who: 'user', what: `document again: ${label}`, good: false, to: arrive(next, table.begin(desired)) }));
}

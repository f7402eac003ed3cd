/**
 * `npm run verify:machines [-- --quick | --all] [--json FILE] | [-- --replay FILE]`: explores the product of the domain machine with a nondeterministic world and
 * checks its rules in every state. Exits with 1 when one is broken, after printing the shortest scenario that breaks it.
 *
 * The world: each effect succeeds, fails, hangs, or works and is never heard of again; a launch may fail or be aborted and its process
 * appear later; the anchor dies, the guest goes off, panics, runs out of disk, or is paused and resumed by somebody else at any point; the
 * channel is silent, answers late, is lost; five documents (running, another device model, paused, halted, removed) replace each other at
 * any time and as often as they like; deadlines pass in any order; the engine crashes and starts again at any point. Another run has guests
 * that fall asleep and wake, by themselves, by somebody else, or because a document says so. A third has a hypervisor that changes memory
 * under a living guest: documents differ in it, operators change it, too, and a guest may keep what it is asked for. The account of that memory (held, counted, on record) is kept in a run of its own, in which host and channel behave.
 *
 * The bound: nothing is bounded in length. Documents, restarts and failures are unlimited, since generations are told apart only as
 * present or outdated, incarnations as present or older, causes by their outcome, and counters not at all. One effect is under way at a
 * time, and what a former one may still do is remembered once (one stray launch). What is so described is explored completely.
 *
 * The rules hold for effects that promise (`test/machines/model/guarantees.ts`; a test takes each back and a rule breaks):
 *  1. intentFirst: incarnation, key and marker are on record before anything is started.
 *  2. launchHonoursAbort: a launch aborted before it ordered its process never orders one. The signal is looked at right before the order.
 *  3. endsAwaitLaunch: kill and reap answer only after a launch that nobody waits for has come to its end; they look twice.
 *  4. reapConfirms: reap rejects, and gives nothing back, while anything with the domain's marker may live.
 *  5. lateReleaseIsHarmless: an aborted reap or release gives back nothing that a later run has taken.
 *  6. latePlanIsHarmless: an aborted plan changes nothing; launch uses the plan that the machine accepted last.
 *  7. countsInOrder: a count of memory that was given up has happened at once, or comes before any later one.
 *  8. exitIsTold: the end of the present run's anchor is told, also without a channel, also when it ended before the watch began.
 *  9. silenceEnds: a silent channel is told to answer again or to be lost.
 * 10. generationsSurvive: another document than the one on record has another generation, also over restarts of the engine.
 * 11. endIsNoted: why a run is being ended is on record before anything is done about it, and whoever comes later goes on with that.
 * Besides: resources of an unreaped record are held again before any domain reserves; a connect closes the channel before it; every change
 * of the run state is told in the order of the channel's bytes; a domain that is gone is forgotten before another of its name begins.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { domainMachine } from '../src/machines/domain.js';
import { allSettings, withCounts, withMemory, withSleep } from '../test/machines/model/documents.js';
import type { Setting } from '../test/machines/model/documents.js';
import { type Bound, explore, type Violation } from '../test/machines/model/explore.js';
import { quick } from '../test/machines/model/quick.js';
import { scenario, summary } from '../test/machines/model/report.js';
import { obstacleTo } from '../test/machines/replay/playable.js';
import { replay } from '../test/machines/replay/replay.js';

const { argv } = process;
const fileAfter = (option: string): string | undefined => (argv.includes(option) ? argv[argv.indexOf(option) + 1] : undefined);
const replayFile = fileAfter('--replay');

if (replayFile === undefined) verify();
else await playBack(replayFile);

function verify(): void {
  const bound = argv.includes('--quick') ? quick : { states: Infinity };
  const jsonFile = fileAfter('--json');
  const began = performance.now();
  let states = 0;
  let transitions = 0;
  /** Each policy, and each way to take an edit, at least once; `--all`: each with each. */
  const settings = argv.includes('--all') ? allSettings : allSettings.filter((_, index) => index === 0 || index === 3 || index === 4);
  for (const setting of [...settings, withSleep, withMemory, withCounts]) {
    const withinBound = boundOf(setting, bound);
    const start = performance.now();
    const exploration = explore(domainMachine, setting, withinBound);
    states += exploration.states;
    transitions += exploration.transitions;
    console.log(summary(exploration, (performance.now() - start) / 1_000));
    if (exploration.violation === null) continue;
    console.log(scenario(exploration.violation));
    if (jsonFile !== undefined) writeFileSync(jsonFile, `${JSON.stringify({ setting, ...exploration.violation }, undefined, 2)}\n`);
    process.exitCode = 1;
    return;
  }
  console.log(`Every rule holds: ${states} states, ${transitions} transitions, ${((performance.now() - began) / 1_000).toFixed(1)} s.`);
}

/** The account multiplies the states: it is kept where only users, effects, time and the engine make trouble. */
function boundOf({ counting, resizable }: Setting, bound: Bound): Bound {
  if (counting === true) return { states: bound.states, behaving: ['host', 'channel'] };
  return resizable === true ? { states: bound.states } : bound;
}

/** Plays a kept scenario on the engine: its own composition and effects, over a host in memory, step by step. */
async function playBack(file: string): Promise<void> {
  const { rule, setting, trace } = JSON.parse(readFileSync(file, 'utf8')) as Violation & { readonly setting: Setting };
  const obstacle = obstacleTo(trace);
  if (obstacle !== undefined) {
    console.log(`This scenario cannot be played on the engine: ${obstacle}.`);
    process.exitCode = 2;
    return;
  }
  const { anchors, divergence, mostAnchors } = await replay(setting, trace);
  console.log(scenario({ rule, trace: divergence === null ? trace : trace.slice(0, divergence.step) }));
  if (divergence === null) console.log(`The engine went the whole way: ${anchors} anchors live, and there were at most ${mostAnchors} at one time.`);
  else console.log(`The engine does not follow: after step ${divergence.step} it is ${divergence.found}, and the model was ${divergence.expected}.`);
  process.exitCode = divergence === null ? 0 : 1;
}

/** What happens in the demo. Each act does something to the guests from outside, and holds what comes of it against what was told. */
import { existsSync, readdirSync } from 'node:fs';
import type { DomainStatus, Engine, ParsedDocument } from '../../src/index.js';
import type { Heartbeats } from './heartbeats.js';
import { pressPowerButton } from './operator.js';
import type { Until } from './until.js';
import { claim } from './until.js';

export interface Stage {
  readonly engine: Engine;
  readonly beats: Heartbeats;
  readonly until: Until;
  readonly tell: (text: string) => void;
  /** A name, as the teller likes to show it. */
  readonly strong: (text: string) => string;
}

/** Times are milliseconds. */
export interface Facts {
  /** From the documents to running, which here means that the guest was heard. */
  readonly starts: readonly { readonly name: string; readonly took: number }[];
  readonly button: { readonly took: number };
  readonly kill: { readonly published: number; readonly again: number; readonly evidence: string; readonly files: readonly string[] };
}

export async function play(stage: Stage, documents: readonly ParsedDocument[]): Promise<Facts> {
  const starts = await bootAll(stage, documents);
  await listen(stage, 'clock', 5);
  const button = await pressTheButton(stage, 'worker');
  await listen(stage, 'web', 5);
  const kill = await killOne(stage, 'web');
  await listen(stage, 'web', 5);
  checkUndisturbed(stage, 'clock');
  return { starts, button, kill };
}

async function bootAll({ beats, engine, tell, until }: Stage, documents: readonly ParsedDocument[]): Promise<Facts['starts']> {
  const names = documents.map(({ document }) => document.metadata.name);
  tell(`demo/ has ${documents.length} documents: ${names.join(', ')}; each becomes a QEMU`);
  const began = performance.now();
  const took = new Map<string, number>();
  const watching = engine.status$.subscribe((message) => {
    if (message.type !== 'event' || message.event.type !== 'windlass.domain.phase') return;
    const { subject = '', data } = message.event;
    if (data.to === 'booting') beats.listen(subject, engine.get(subject)?.stateDirectory ?? '');
    if (data.to === 'running' && !took.has(subject)) took.set(subject, performance.now() - began);
  });
  await engine.apply(documents);
  await until('all guests run', () => (took.size === names.length ? true : undefined), 15_000);
  watching.unsubscribe();
  const starts = names.map((name) => ({ name, took: took.get(name) ?? 0 }));
  tell(`all run; their consoles were heard after ${starts.map((start) => seconds(start.took)).join(', ')}`);
  return starts;
}

async function pressTheButton({ beats, engine, strong, tell, until }: Stage, name: string): Promise<Facts['button']> {
  const { stateDirectory } = known(engine, name);
  tell(`${strong(name)}: an operator presses its power button (system_powerdown)`);
  const began = performance.now();
  await pressPowerButton(`${stateDirectory}/monitor`);
  const halted = await until(`${name} is halted`, () => inPhase(engine, name, 'halted'));
  const took = performance.now() - began;
  claim(halted.lastEnd?.cause === 'guest-power-off' && halted.lastEnd.rung === null, `${name} powered itself off`);
  claim(beats.console(name).includes('POWERBUTTON'), `${name} said that its button was pressed`);
  claim(halted.incarnation === 1, `${name} was not started again`);
  tell(`${strong(name)}: powered off after ${seconds(took)}; that is no failure, so it stays off`);
  return { took };
}

async function killOne({ beats, engine, strong, tell, until }: Stage, name: string): Promise<Facts['kill']> {
  const before = pidOf(known(engine, name));
  const heardBefore = beats.heard(name).length;
  tell(`${strong(name)}: kill -9 ${before}, its QEMU`);
  const began = performance.now();
  const published = await killAndListen(engine, name, before);
  tell(`${strong(name)}: its end is published ${published.toFixed(1)} ms after the kill`);
  const ended = await until(`${name} waits for its restart`, () => inPhase(engine, name, 'backoff'));
  const { lastEnd } = ended;
  claim(lastEnd?.cause === 'vmm-signal' && lastEnd.exit?.signal === 'SIGKILL', `${name} is known to have been ended by SIGKILL`);
  const evidence = lastEnd.evidence ?? '';
  claim(existsSync(evidence), `evidence of the end of ${name} was kept`);
  const files = readdirSync(evidence);
  tell(`${strong(name)}: evidence is kept; by its policy it starts again in about a second`);
  const again = await until(`${name} runs again`, () => inPhase(engine, name, 'running'));
  claim(again.incarnation === 2 && pidOf(again) !== before, `${name} runs in a new QEMU`);
  const took = performance.now() - began;
  const first = await until(`the new guest of ${name} is heard`, () => beats.heard(name)[heardBefore]);
  claim(first.number === 1, `the new guest of ${name} began to count anew`);
  tell(`${strong(name)}: runs again, start 2, pid ${pidOf(again)}`);
  return { published, again: took, evidence, files };
}

/** Milliseconds from the kill to the first event that tells of it. */
function killAndListen(engine: Engine, name: string, pid: number): Promise<number> {
  return new Promise((resolve) => {
    const began = performance.now();
    const watching = engine.status$.subscribe((message) => {
      if (message.type !== 'event' || message.event.subject !== name) return;
      watching.unsubscribe();
      resolve(performance.now() - began);
    });
    process.kill(pid, 'SIGKILL');
  });
}

/** Nothing that was done to the others has reached this one. */
function checkUndisturbed({ beats, engine, strong, tell }: Stage, name: string): void {
  const numbers = beats.heard(name).map(({ number }) => number);
  claim(known(engine, name).incarnation === 1, `${name} was never restarted`);
  claim(numbers.every((number, index) => number === index + 1), `${name} beat without a gap: ${numbers.join(' ')}`);
  tell(`${strong(name)}: noticed nothing, ${numbers.length} beats without a gap`);
}

/** Lets the audience watch until a guest was heard so many times more. */
async function listen({ beats, until }: Stage, name: string, more: number): Promise<void> {
  const wanted = beats.heard(name).length + more;
  await until(`${name} beats`, () => (beats.heard(name).length >= wanted ? true : undefined));
}

function inPhase(engine: Engine, name: string, phase: DomainStatus['phase']): DomainStatus | undefined {
  const status = engine.get(name);
  return status?.phase === phase ? status : undefined;
}

function known(engine: Engine, name: string): DomainStatus {
  const status = engine.get(name);
  claim(status !== undefined, `${name} is known`);
  return status;
}

function pidOf({ anchor, name }: DomainStatus): number {
  claim(anchor !== null, `${name} has a process`);
  return anchor.pid;
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

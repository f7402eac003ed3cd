/** What a scenario is told in: an engine on a directory of its own, documents, and waits that end. */
import { onTestFailed, onTestFinished } from 'vitest';
import type { DomainDocumentInput, DomainStatus, Engine, EngineOptions, ParsedDocument, Phase, WindlassEvent } from '../../src/index.js';
import { createEngine, parseDocuments } from '../../src/index.js';
import { heartbeatImage } from './guest-image.js';
import { stateDirectory, waitUntil } from './state-directory.js';

const histories = new WeakMap<Engine, WindlassEvent[]>();

/** An engine that is stopped with all its guests when the test ends. What it told is printed when the test fails. */
export async function startEngine(options: EngineOptions = {}): Promise<Engine> {
  const engine = await createEngine({ drainDeadline: 20_000, ...options, stateDirectory: options.stateDirectory ?? stateDirectory() });
  const events: WindlassEvent[] = [];
  histories.set(engine, events);
  engine.status$.subscribe((message) => {
    if (message.type === 'event') events.push(message.event);
  });
  onTestFinished(() => engine.stop({ guests: 'halt' }));
  onTestFailed(() => {
    console.error(historyOf(engine));
  });
  return engine;
}

type Spec = DomainDocumentInput['spec'];

/** What most scenarios want: a guest without acceleration, quick to come back, with deadlines that a test can wait for. */
const usual = {
  memory: '16Mi',
  acceleration: 'none',
  restart: { policy: 'OnFailure', backoff: { initial: '100ms', max: '500ms' } },
  deadlines: { press: '1500ms', quit: '2s', terminate: '1s', kill: '5s', silence: '2s' },
} satisfies Partial<Spec>;

/** A document as if it had been read from `<name>.json`. Without disks it boots the plain heartbeat guest. */
export function domain(name: string, spec: Partial<Spec> = {}): ParsedDocument {
  const whole: Spec = { ...usual, disks: spec.disks ?? [{ image: heartbeatImage() }], ...spec };
  const text = JSON.stringify({ apiVersion: 'windlass/v1', kind: 'Domain', metadata: { name }, spec: whole }, null, 2);
  const parsed = parseDocuments([{ file: `/scenario/${name}.json`, text }]);
  const [document] = parsed.ok ? parsed.documents : [];
  if (document === undefined) throw new Error(`the scenario's own document is wrong: ${JSON.stringify(parsed)}`);
  return document;
}

/** Resolves with the status when the domain is in a phase, or when the predicate holds; a failure tells the domain's history. */
export async function until(engine: Engine, name: string, wanted: Phase | ((status: DomainStatus) => boolean), deadline = 10_000): Promise<DomainStatus> {
  const holds = typeof wanted === 'string' ? (status: DomainStatus) => status.phase === wanted : wanted;
  let found: DomainStatus | undefined;
  await waitUntil(
    () => {
      const status = engine.get(name);
      if (status !== undefined && holds(status)) found = status;
      return found !== undefined;
    },
    deadline,
    () => `${name} is not ${typeof wanted === 'string' ? wanted : wanted.toString()}\n${historyOf(engine, name)}\n${JSON.stringify({ ...engine.get(name), placement: null })}`,
  );
  if (found === undefined) throw new Error('unreachable: the wait ended without a status');
  return found;
}

/** Resolves when the guest runs and is as its document asks. */
export function untilRunning(engine: Engine, name: string, deadline = 10_000): Promise<DomainStatus> {
  return until(engine, name, (status) => status.state === 'anchored.running.healthy', deadline);
}

/** Resolves when the engine has forgotten the domain. */
export async function untilForgotten(engine: Engine, name: string, deadline = 10_000): Promise<void> {
  await waitUntil(() => engine.get(name) === undefined, deadline, () => `${name} is still there\n${historyOf(engine, name)}`);
}

/** Every event so far, or those of one domain. */
export function eventsOf(engine: Engine, name?: string): readonly WindlassEvent[] {
  return (histories.get(engine) ?? []).filter(({ subject }) => name === undefined || subject === name);
}

/** Phases that a domain went through, in order. */
export function phasesOf(engine: Engine, name: string): readonly Phase[] {
  return eventsOf(engine, name).flatMap((event) => (event.type === 'windlass.domain.phase' ? [event.data.to] : []));
}

/** Pid of the anchor; there must be one. */
export function pidOf(status: DomainStatus): number {
  if (status.anchor === null) throw new Error(`${status.name} has no anchor`);
  return status.anchor.pid;
}

function historyOf(engine: Engine, name?: string): string {
  return eventsOf(engine, name)
    .map(({ data, sequence, subject = '', time, type }) => `${sequence} ${time} ${subject} ${type} ${JSON.stringify(data)}`)
    .join('\n');
}

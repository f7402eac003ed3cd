/** What the scenarios of this lab are told in. */
import { connect } from 'node:net';
import { join } from 'node:path';
import type { DomainDocumentInput, DomainEnd, DomainStatus, Engine } from '../../../src/index.js';
import { consoleOf, untilSaid } from '../../support/guest-console.js';
import { domain, eventsOf } from '../../support/scenario.js';
import { homeOf, waitUntil } from '../../support/state-directory.js';
import { linuxGuest } from './prepare.js';

/** Of a guest that is emulated on two busy cores. Milliseconds. */
export const patience = 90_000;

type Spec = DomainDocumentInput['spec'];

/** The lab's guest; `words` stand in guest/init.sh. */
export function linux(words: string, { deadlines = {}, ...more }: Partial<Spec> = {}): ReturnType<typeof domain> {
  const { initrd, kernel } = linuxGuest();
  return domain('linux', {
    memory: '192Mi',
    disks: [],
    boot: { kernel, initrd, cmdline: `console=ttyS0 quiet panic=-1 ${words}` },
    guestAgent: true,
    deadlines: { ready: '90s', ask: '60s', press: '60s', quit: '10s', terminate: '10s', kill: '10s', ...deadlines },
    ...more,
  });
}

export const whenItAnswers = { probes: { ready: { guestAgent: true } } } as const;

/** Somebody types a line on the guest's console. */
export async function type(engine: Engine, line: string): Promise<void> {
  const terminal = connect(join(homeOf(engine.stateDirectory, 'linux'), 'cons'));
  await new Promise((resolve, reject) => terminal.once('connect', resolve).once('error', reject));
  await new Promise((resolve) => terminal.write(`${line}\r`, resolve));
  terminal.destroy();
}

export const said = (engine: Engine, pattern: RegExp): Promise<void> => untilSaid(engine.stateDirectory, 'linux', pattern, { deadline: patience });

interface Ending {
  readonly end: DomainEnd;
  /** All that the guest has said. */
  readonly text: string;
  /** From the removal of the document, milliseconds. */
  readonly took: number;
}

/** Removes the document, and waits for the end. */
export async function removed(engine: Engine, meanwhile: () => Promise<void> = () => Promise.resolve()): Promise<Ending> {
  const began = performance.now();
  await engine.apply([]);
  let text = '';
  const gone = waitUntil(
    () => {
      // Its directory goes with the domain.
      text = consoleOf(engine.stateDirectory, 'linux') || text;
      return engine.get('linux') === undefined;
    },
    patience,
    () => `it is still there: ${JSON.stringify(engine.get('linux'))}\n${text}`,
  );
  await Promise.all([gone, meanwhile()]);
  const [end] = eventsOf(engine, 'linux').flatMap((event) => (event.type === 'windlass.domain.ended' ? [event.data.end] : []));
  if (end === undefined) throw new Error('the domain went without an end');
  return { end, text, took: performance.now() - began };
}

export const isDegraded =
  (reason: string) =>
  ({ conditions }: DomainStatus): boolean =>
    conditions.some((condition) => condition.type === 'Degraded' && condition.status === 'True' && condition.reason === reason);

/** Reasons for which the domain was told as degraded. */
export const reasonsOf = (engine: Engine): readonly string[] =>
  eventsOf(engine, 'linux').flatMap((event) => (event.type === 'windlass.domain.condition' && event.data.condition.status === 'True' && event.data.condition.type === 'Degraded' ? [event.data.condition.reason] : []));

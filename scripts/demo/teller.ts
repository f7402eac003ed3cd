/** How the demo speaks: lines that scroll away over a table that is drawn again in place, or plain lines in a pipe. */
import type { DomainStatus, Engine, WindlassEvent } from '../../src/index.js';
import type { Terminal } from '../../src/cli/terminal.js';
import type { Paint } from '../../src/cli/text/paint.js';
import { phaseStyles } from '../../src/cli/views/domain-table.js';
import { liveScreen } from '../../src/cli/views/live-screen.js';
import type { Beat, Heartbeats } from './heartbeats.js';
import { demoTable, fresh } from './table.js';

export interface Teller extends Disposable {
  /** One line of the story. */
  tell(text: string): void;
  /** The table stands still, and these lines follow it. */
  conclude(lines: readonly string[]): void;
}

export interface Telling {
  readonly terminal: Terminal;
  readonly paint: Paint;
  readonly engine: Engine;
  readonly beats: Heartbeats;
  /** When the story began: `performance.now()`. */
  readonly began: number;
}

const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';

export function tellerFor(telling: Telling): Teller {
  const { terminal } = telling;
  return terminal.size() !== undefined && terminal.env['TERM'] !== 'dumb' ? onScreen(telling) : inLines(telling);
}

function onScreen({ beats, began, engine, paint, terminal }: Telling): Teller {
  /** Also of domains that the engine has forgotten: the last picture is of all. */
  const statuses = new Map<string, DomainStatus>();
  const screen = liveScreen(
    (text) => terminal.out(text),
    () => ['', ...demoTable([...statuses.values()], { beats, paint, width: terminal.size()?.columns ?? 80 })],
  );
  const showAgain = (): void => terminal.out(showCursor);
  process.once('exit', showAgain);
  terminal.out(hideCursor);
  const phases = engine.status$.subscribe((message) => {
    if (message.type === 'event' && message.status !== null) statuses.set(message.status.name, message.status);
    screen.changed();
  });
  const heard = beats.beats$.subscribe(() => {
    screen.changed();
    // Once more when the beat is not fresh any more.
    setTimeout(() => screen.changed(), fresh).unref();
  });
  return {
    tell: (text) => screen.note(`${clock(began, paint)}${text}\n`),
    conclude(lines) {
      screen.close();
      screen.note(lines.map((line) => `${line}\n`).join(''));
    },
    [Symbol.dispose]() {
      phases.unsubscribe();
      heard.unsubscribe();
      screen.close();
      process.off('exit', showAgain);
      showAgain();
    },
  };
}

function inLines({ beats, began, engine, paint, terminal }: Telling): Teller {
  const line = (text: string): void => terminal.out(`${clock(began, paint)}${text}\n`);
  const phases = engine.status$.subscribe((message) => {
    if (message.type === 'event') for (const text of phaseLine(message.event, paint)) line(text);
  });
  const heard = beats.beats$.subscribe(({ name, number }: Beat) => {
    // Every beat would be two lines a second for each guest.
    if (number === 1 || number % 10 === 0) line(`${name} says HEARTBEAT ${number}`);
  });
  return {
    tell: line,
    conclude: (lines) => terminal.out(lines.map((each) => `${each}\n`).join('')),
    [Symbol.dispose]() {
      phases.unsubscribe();
      heard.unsubscribe();
    },
  };
}

function phaseLine(event: WindlassEvent, paint: Paint): readonly string[] {
  if (event.type !== 'windlass.domain.phase' || event.data.from === null) return [];
  const { from, to } = event.data;
  return [`${event.subject ?? ''} ${from} -> ${paint(phaseStyles[to], to)}`];
}

/** Seconds since the story began, in eight columns. */
function clock(began: number, paint: Paint): string {
  return paint('dim', `${((performance.now() - began) / 1000).toFixed(2).padStart(5)} s `);
}

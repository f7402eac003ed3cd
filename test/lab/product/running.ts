/** An engine that runs in a lab's machine, and the events that it tells on its stdout. */
import type { EventOf, EventType, WindlassEvent } from '../../../src/index.js';
import type { Channel } from '../exec/channel.js';

/** For a wait in an emulated machine that shares two cores with others. Milliseconds. */
const patience = 120_000;

export interface Running {
  readonly events: readonly WindlassEvent[];
  /** What it has written to its stderr. */
  readonly said: () => string;
  /** The first event of a type about a domain for which `holds` is true: at or behind a place in `events`, or of the test that runs. */
  until<Type extends EventType>(type: Type, name: string, holds: (data: EventOf<Type>['data']) => boolean, from?: number): Promise<EventOf<Type>>;
  untilRunning(name: string, from?: number): Promise<EventOf<'windlass.domain.phase'>>;
  /** What it has told so far is of an earlier test, whose domains may have had the names of this one's. */
  turnPage(): void;
  /** Has it forgotten all domains that it told of? */
  readonly forgotten: () => boolean;
  /** SIGTERM: the guests stay. */
  stop(): Promise<void>;
  /** SIGKILL. */
  crash(): Promise<void>;
}

/** Runs `windlass up … -o json` inside. `gone` is called when it is told to end. */
export function runEngine(lab: Pick<Channel, 'exec'>, argv: readonly string[], gone: () => void): Running {
  const events: WindlassEvent[] = [];
  const waiting = new Set<() => void>();
  const stopping = new AbortController();
  let rest = '';
  let said = '';
  let page = 0;
  const ended = lab.exec(argv, {
    timeout: 30 * 60_000,
    signal: stopping.signal,
    onStderr: (text) => {
      said += text;
    },
    onStdout: (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) events.push(JSON.parse(line) as WindlassEvent);
      for (const look of [...waiting]) look();
    },
  });
  // Awaited when the engine is stopped; one that ends by itself fails the wait that is under way.
  let over: string | undefined;
  const told = ended.then(
    ({ code }) => (over = `the engine has ended with ${code}: ${said}`),
    (error: unknown) => (over = String(error)),
  ).then(() => {
    for (const look of [...waiting]) look();
  });
  const history = (): string => `${said}\n${events.map(({ data, subject = '', time, type }) => `${time} ${subject} ${type} ${JSON.stringify(data)}`).join('\n')}`;

  const until: Running['until'] = (type, name, holds, from = page) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => settle(() => reject(new Error(`no ${type} of ${name} as hoped\n${history()}`))), patience);
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        waiting.delete(look);
        act();
      };
      const look = (): void => {
        const found = events.slice(from).find((event) => event.type === type && event.subject === name && holds(event.data as never));
        if (found !== undefined) settle(() => resolve(found as never));
        else if (over !== undefined) settle(() => reject(new Error(`${over}\n${history()}`)));
      };
      waiting.add(look);
      look();
    });
  return {
    events,
    said: () => said,
    until,
    untilRunning: (name, from) => until('windlass.domain.phase', name, ({ to }) => to === 'running', from),
    turnPage() {
      page = events.length;
    },
    forgotten() {
      const known = new Set<string>();
      for (const { subject, type } of events) {
        if (type === 'windlass.domain.phase') known.add(subject ?? '');
        if (type === 'windlass.domain.forgotten') known.delete(subject ?? '');
      }
      return known.size === 0;
    },
    async stop() {
      gone();
      stopping.abort();
      await told;
    },
    async crash() {
      gone();
      await lab.exec(['pkill', '-KILL', '-f', '/project/dist/cli/main.js up'], { cwd: '/' });
      await told;
    },
  };
}

/** How `up` and `down` tell what happens: a picture that is drawn again, lines, JSON lines, or nothing. */
import type { DomainStatus, StatusMessage } from '../../index.js';
import type { Invocation } from '../invocation.js';
import { jsonLine } from '../text/json.js';
import { eventLine } from '../views/event-line.js';
import { liveScreen } from '../views/live-screen.js';
import { upPicture } from '../views/up-picture.js';

export interface Progress {
  show(message: StatusMessage): void;
  /** Complete lines for the user, beside the stream. */
  note(text: string): void;
  close(): void;
}

export type ProgressKind = 'picture' | 'lines' | 'json' | 'quiet';

/** A picture needs a terminal that nobody else writes to. */
export function progressKind({ json, logLevel, terminal }: Invocation, streams: boolean): ProgressKind {
  if (json) return streams ? 'json' : 'quiet';
  return terminal.size() !== undefined && logLevel === 'silent' && terminal.env['TERM'] !== 'dumb' ? 'picture' : 'lines';
}

export function progressOf(kind: ProgressKind, invocation: Invocation, stateDirectory: string): Progress {
  const { paint, terminal } = invocation;
  const note = (text: string): void => terminal.err(text);
  const close = (): void => undefined;
  switch (kind) {
    case 'picture':
      return picture(invocation, stateDirectory);
    case 'lines':
      return { note, close, show: (message) => (message.type === 'event' ? terminal.out(`${eventLine(message.event, paint)}\n`) : undefined) };
    case 'json':
      return { note, close, show: (message) => (message.type === 'event' ? terminal.out(jsonLine(message.event)) : undefined) };
    case 'quiet':
      return { note, close, show: () => undefined };
  }
}

function picture({ paint, terminal }: Invocation, stateDirectory: string): Progress {
  const statuses = new Map<string, DomainStatus>();
  const screen = liveScreen((text) => terminal.out(text), () => {
    const { columns, rows } = terminal.size() ?? { columns: 80, rows: 24 };
    return upPicture({ statuses: [...statuses.values()], stateDirectory, columns, rows, paint });
  });
  return {
    show(message) {
      if (message.type === 'snapshot') for (const status of message.domains) statuses.set(status.name, status);
      else if (message.status !== null) statuses.set(message.status.name, message.status);
      else if (message.event.subject !== undefined) statuses.delete(message.event.subject);
      if (message.type === 'event' && message.event.type === 'windlass.orphan.found') screen.note(`${eventLine(message.event, paint)}\n`);
      else screen.changed();
    },
    note: (text) => screen.note(text),
    close: () => screen.close(),
  };
}

import type { Commands, Events } from './schema-7.2.generated.js';

/**
 * An event as QEMU tells it. Its data has the shape that QEMU documents for this name; it is not checked, so translate it as if any member
 * could be missing (`observe.ts` does).
 */
export type QmpEvent = {
  readonly [Name in keyof Events]: { readonly event: Name; readonly data: Events[Name]; readonly timestamp: QmpTimestamp };
}[keyof Events];

/** QEMU's clock when the event was made; both -1 when it could not tell. */
interface QmpTimestamp {
  readonly seconds: number;
  readonly microseconds: number;
}

/** What QEMU says of itself before anything else. */
export interface QmpGreeting {
  /** `7.2.22` */
  readonly version: string;
  /** The distribution's own version, such as `Debian 1:7.2+dfsg-7+deb12u18+b3`. */
  readonly package: string;
}

/** The run states of QEMU 7.2. */
export type QemuRunState = Commands['query-status']['returns']['status'];

/** One line of QEMU, understood. Ids are ours, so they are numbers; a reply with another id, or none, is not for us. */
export type QmpMessage =
  | { readonly type: 'greeting'; readonly greeting: QmpGreeting }
  | { readonly type: 'reply'; readonly id: number | undefined; readonly value: unknown }
  | { readonly type: 'error'; readonly id: number | undefined; readonly class: string; readonly description: string }
  | { readonly type: 'event'; readonly event: QmpEvent }
  /** Not a message of the protocol. It says nothing about the guest's health, and the next line may be fine. */
  | { readonly type: 'malformed'; readonly reason: MalformedReason };

type MalformedReason =
  /** Not JSON. */
  | 'not-json'
  /** JSON, but none of the four messages. */
  | 'unknown-shape'
  /** Longer than the bound; it was dropped up to its end. */
  | 'too-long';

type Members = Readonly<Partial<Record<string, unknown>>>;

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number => (typeof value === 'number' ? value : -1);
const idOf = (members: Members): number | undefined => (typeof members['id'] === 'number' ? members['id'] : undefined);

function greetingOf(qmp: unknown): QmpGreeting {
  const version = isMembers(qmp) && isMembers(qmp['version']) ? qmp['version'] : {};
  const { major, minor, micro } = isMembers(version['qemu']) ? version['qemu'] : {};
  return { version: [major, minor, micro].map(number).join('.'), package: text(version['package']) };
}

function eventOf(members: Members): QmpEvent {
  const { event, data, timestamp } = members;
  const { seconds, microseconds } = isMembers(timestamp) ? timestamp : {};
  // The one place that believes QEMU about the shape of an event; a name that 7.2 does not have is nobody's case in a switch.
  return {
    event,
    data: isMembers(data) ? data : {},
    timestamp: { seconds: number(seconds), microseconds: number(microseconds) },
  } as unknown as QmpEvent;
}

/** Understands one line. Never throws. Source: QEMU's docs/interop/qmp-spec. */
export function understand(line: string): QmpMessage {
  let members: unknown;
  try {
    members = JSON.parse(line);
  } catch {
    return { type: 'malformed', reason: 'not-json' };
  }
  if (isMembers(members)) {
    if (typeof members['event'] === 'string') return { type: 'event', event: eventOf(members) };
    if ('return' in members) return { type: 'reply', id: idOf(members), value: members['return'] };
    const { error } = members;
    if (isMembers(error)) return { type: 'error', id: idOf(members), class: text(error['class']), description: text(error['desc']) };
    if ('QMP' in members) return { type: 'greeting', greeting: greetingOf(members['QMP']) };
  }
  return { type: 'malformed', reason: 'unknown-shape' };
}

/**
 * The bytes of xenstore's protocol: a header of four little-endian words and a payload, in both directions on one stream.
 * Source: xen/include/public/io/xs_wire.h and docs/misc/xenstore.txt of Xen 4.17.
 */

/** Message types. A reply has the type of its request, or `error`; only the daemon sends `watchEvent`. */
export const messageTypes = {
  control: 0,
  directory: 1,
  read: 2,
  getPermissions: 3,
  watch: 4,
  unwatch: 5,
  transactionStart: 6,
  transactionEnd: 7,
  introduce: 8,
  release: 9,
  getDomainPath: 10,
  write: 11,
  mkdir: 12,
  rm: 13,
  setPermissions: 14,
  watchEvent: 15,
  error: 16,
  isDomainIntroduced: 17,
  resetWatches: 21,
  directoryPart: 22,
} as const;

export type MessageType = (typeof messageTypes)[keyof typeof messageTypes];

/** The highest type that any release of Xen has given out (SET_QUOTA). What is beyond is no xenstore. */
export const highestType = 26;

export const headerBytes = 16;

/** XENSTORE_PAYLOAD_MAX. C xenstored closes the connection of whoever sends more. */
export const payloadBytes = 4096;

export interface Packet {
  readonly type: number;
  readonly requestId: number;
  /** 0: outside of any transaction. */
  readonly transactionId: number;
  /** A buffer of its own: it keeps nothing else alive. */
  readonly payload: Uint8Array;
}

export function encodePacket({ type, requestId, transactionId, payload }: Packet): Uint8Array {
  const bytes = new Uint8Array(headerBytes + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, requestId, true);
  view.setUint32(8, transactionId, true);
  view.setUint32(12, payload.length, true);
  bytes.set(payload, headerBytes);
  return bytes;
}

const encoder = new TextEncoder();
/** A byte order mark is a part of the value like any other. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}

/** What is no UTF-8 becomes U+FFFD. */
export function decodeText(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Each text with the NUL that ends it; `rest` behind them as it is. */
export function encodeStrings(texts: readonly string[], rest: Uint8Array = new Uint8Array(0)): Uint8Array {
  const strings = encoder.encode(texts.map((text) => `${text}\0`).join(''));
  const bytes = new Uint8Array(strings.length + rest.length);
  bytes.set(strings);
  bytes.set(rest, strings.length);
  return bytes;
}

/** The texts of a payload that is a list of them. A last one without its NUL counts as well. */
export function decodeStrings(bytes: Uint8Array): readonly string[] {
  if (bytes.length === 0) return [];
  const texts = decoder.decode(bytes).split('\0');
  if (texts.at(-1) === '') texts.pop();
  return texts;
}

/** The one text of a payload, with or without its NUL. */
export function decodeString(bytes: Uint8Array): string {
  return decodeStrings(bytes)[0] ?? '';
}

import { headerBytes, highestType, type Packet } from './wire.js';

/** `broken`: the stream is no xenstore (any more). Lengths tell where a packet ends, so nothing behind it can be understood. */
export type Parsed = { readonly type: 'packet'; readonly packet: Packet } | { readonly type: 'broken'; readonly reason: string };

export interface PacketParser {
  /** Takes the next bytes, cut anywhere, and returns what they complete, in order. Never throws; after `broken` it returns nothing. */
  push(chunk: Uint8Array): readonly Parsed[];
}

/**
 * The longest payload that is taken. The protocol's own 4096 bytes bind the client only: oxenstored sends a long directory in one piece.
 * 1 MiB is some 50,000 children, and all the memory that a peer can make us hold.
 */
const longestPayload = 1024 * 1024;

/** Bytes are copied once, however they are cut: into the header, or into the payload that the header announced. */
export function createPacketParser(bound: number = longestPayload): PacketParser {
  const header = new Uint8Array(headerBytes);
  const fields = new DataView(header.buffer);
  let payload: Uint8Array | undefined;
  /** Bytes that are there of the header or, once that is complete, of the payload. */
  let filled = 0;
  let broken = false;

  /** As many bytes as are still missing; the number that was taken. */
  const fill = (target: Uint8Array, chunk: Uint8Array, at: number): number => {
    const part = chunk.subarray(at, at + target.length - filled);
    target.set(part, filled);
    filled += part.length;
    return part.length;
  };
  const complaint = (): string | undefined => {
    const type = fields.getUint32(0, true);
    const length = fields.getUint32(12, true);
    if (type > highestType) return `there is no message type ${type}`;
    return length > bound ? `a payload of ${length} bytes is longer than the ${bound} that are taken` : undefined;
  };

  return {
    push: (chunk) => {
      const parsed: Parsed[] = [];
      for (let at = 0; at < chunk.length && !broken; ) {
        at += fill(payload ?? header, chunk, at);
        if (payload === undefined) {
          if (filled < headerBytes) break;
          const reason = complaint();
          if (reason !== undefined) {
            broken = true;
            parsed.push({ type: 'broken', reason });
            break;
          }
          payload = new Uint8Array(fields.getUint32(12, true));
          filled = 0;
        }
        if (filled < payload.length) continue;
        const packet = { type: fields.getUint32(0, true), requestId: fields.getUint32(4, true), transactionId: fields.getUint32(8, true), payload };
        parsed.push({ type: 'packet', packet });
        payload = undefined;
        filled = 0;
      }
      return parsed;
    },
  };
}

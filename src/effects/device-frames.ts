/** What an engine and the process that has a device for it say to each other: frames of a kind, a length and a body, in both directions. */

export const frameKinds = {
  /** To the process: the body is one message for the device. */
  write: 1,
  /** From the process: the body was read from the device. */
  bytes: 2,
  /** From the process, once for each `write`, in their order: the device has taken it. */
  written: 3,
  /** The same, where it has not: the body is the system's name of the failure, such as `EINVAL`. */
  refused: 4,
} as const;

export interface Frame {
  /** One of `frameKinds`. */
  readonly kind: number;
  readonly body: Buffer;
}

/** A kind of one byte, and a little-endian length of four. */
const headBytes = 5;

export function encodeFrame(kind: number, body: Uint8Array = new Uint8Array(0)): Buffer {
  const frame = Buffer.allocUnsafe(headBytes + body.length);
  frame.writeUInt8(kind, 0);
  frame.writeUInt32LE(body.length, 1);
  frame.set(body, headBytes);
  return frame;
}

/** Cuts a byte stream into frames; give the returned function every chunk. The stream is one's own child's or parent's: it is not bounded. */
export function frameReader(onFrame: (frame: Frame) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= headBytes) {
      const end = headBytes + rest.readUInt32LE(1);
      if (rest.length < end) return;
      const frame = { kind: rest.readUInt8(0), body: rest.subarray(headBytes, end) };
      rest = rest.subarray(end);
      onFrame(frame);
    }
  };
}

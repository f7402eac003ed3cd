/** A VNC viewer that looks and types: RFB 3.8 (RFC 6143), with raw pixels only. */
import { dialVnc } from './vnc-connection.js';
import { enter } from './vnc-door.js';

export interface Desktop {
  readonly width: number;
  readonly height: number;
  /** The colour at a place, as `rrggbb`, of the picture that was last seen. */
  readonly colourAt: (x: number, y: number) => string;
  /** Resolves when the server has sent what has changed since. */
  readonly look: () => Promise<void>;
  /** Presses keys, one after the other, and then lets go of them: X11 keysyms, such as 0x61 for the letter a. */
  readonly press: (...keysyms: readonly number[]) => void;
  /** Puts the pointer there, with no button pressed. */
  readonly point: (x: number, y: number) => void;
  /** Resolves when the server has taken what was pressed, and the connection is gone. */
  readonly leave: () => Promise<void>;
}

const bytesPerPixel = 4;
/** 32 bits a pixel, of which the lowest are blue, then green and red. */
const pixelFormat = Buffer.from([32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0]);

/** `patience`: milliseconds for which nothing may change. Rejects when the server lets nobody in, or wants another password. */
export async function openDesktop(port: number, patience: number, password?: string): Promise<Desktop> {
  const connection = dialVnc(port, patience);
  const { close, leave, send, take } = connection;
  try {
    const { demands, letIn } = await enter(connection, password);
    if (!letIn) throw new Error(`the VNC server does not let this viewer in: it demands ${demands.join(' or ')}`);
    // Others may stay connected.
    send(Buffer.from([1]));
    const hello = await take(24);
    const width = hello.readUInt16BE(0);
    const height = hello.readUInt16BE(2);
    await take(hello.readUInt32BE(20));
    send(Buffer.concat([Buffer.from([0, 0, 0, 0]), pixelFormat]));
    send(message(2, [0, 8], [1, 16], [0, 32]));

    const picture = Buffer.alloc(width * height * bytesPerPixel);
    let seen = false;
    const rectangle = async (): Promise<void> => {
      const header = await take(12);
      const [left, top, wide, high] = [0, 2, 4, 6].map((at) => header.readUInt16BE(at)) as [number, number, number, number];
      if (header.readInt32BE(8) !== 0) throw new Error(`the VNC server sends what was not asked for: encoding ${header.readInt32BE(8)}`);
      const pixels = await take(wide * high * bytesPerPixel);
      for (let row = 0; row < high; row += 1) {
        pixels.copy(picture, ((top + row) * width + left) * bytesPerPixel, row * wide * bytesPerPixel, (row + 1) * wide * bytesPerPixel);
      }
    };
    return {
      width,
      height,
      colourAt: (x, y) => picture.readUIntLE((y * width + x) * bytesPerPixel, 3).toString(16).padStart(6, '0'),
      async look() {
        // The whole picture at first, and then what is new.
        send(message(3, [seen ? 1 : 0, 8], [0, 16], [0, 16], [width, 16], [height, 16]));
        seen = true;
        const [kind = -1] = await take(1);
        if (kind !== 0) throw new Error(`the VNC server says something else: message ${kind}`);
        const count = (await take(3)).readUInt16BE(1);
        for (let index = 0; index < count; index += 1) await rectangle();
      },
      press(...keysyms) {
        for (const keysym of keysyms) send(message(4, [1, 8], [0, 16], [keysym, 32]));
        for (const keysym of keysyms.toReversed()) send(message(4, [0, 8], [0, 16], [keysym, 32]));
      },
      point: (x, y) => send(message(5, [0, 8], [x, 16], [y, 16])),
      leave,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** A client's message: its number, and the fields behind it with their widths in bits. */
function message(kind: number, ...fields: readonly (readonly [value: number, bits: 8 | 16 | 32])[]): Buffer {
  return Buffer.concat([[kind, 8] as const, ...fields].map(([value, bits]) => {
    const bytes = Buffer.alloc(bits / 8);
    bytes.writeUIntBE(value, 0, bits / 8);
    return bytes;
  }));
}

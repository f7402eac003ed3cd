/** A connection to a VNC server of this host, before either side has said who it is (RFC 6143). */
import { connect } from 'node:net';

export interface VncConnection {
  /** The next bytes, as soon as they are all there. Rejects when the server hangs up first, or says nothing for so long as the connection allows. */
  readonly take: (count: number) => Promise<Buffer>;
  readonly send: (bytes: Buffer | string) => void;
  /** Hangs up at once: what was sent may be lost. */
  readonly close: () => void;
  /** Hangs up after all that was sent; resolves when the server has hung up too, and so has read it. */
  readonly leave: () => Promise<void>;
}

/** `patience`: milliseconds for which the server may be silent. */
export function dialVnc(port: number, patience = 5_000): VncConnection {
  const socket = connect(port, '127.0.0.1');
  socket.setTimeout(patience, () => socket.destroy(new Error('the VNC server says nothing')));
  const chunks: AsyncIterator<Buffer, undefined> = socket[Symbol.asyncIterator]();
  let held = Buffer.alloc(0);
  return {
    async take(count) {
      while (held.length < count) {
        const next = await chunks.next();
        if (next.done === true) throw new Error('the VNC server hung up');
        held = Buffer.concat([held, next.value]);
      }
      const taken = held.subarray(0, count);
      held = held.subarray(count);
      return taken;
    },
    send: (bytes) => void socket.write(bytes),
    close: () => void socket.destroy(),
    async leave() {
      socket.end();
      let next = await chunks.next();
      while (next.done !== true) next = await chunks.next();
    },
  };
}

/**
 * The other end of test/fakes/xenstore-peer.ts: a process that speaks the protocol of xenstore on real unix sockets. It keeps no store. It
 * knows the header by itself and takes nothing from the client under test.
 */
import { createServer, type Socket } from 'node:net';
import type { PeerAction, PeerOrder, PeerScript } from './xenstore-peer.js';

interface Heard {
  readonly type: number;
  readonly id: number;
  readonly transaction: number;
  readonly payload: string;
}

const headerBytes = 16;
const watchEvent = 15;
const error = 16;

function packet(type: number, id: number, transaction: number, payload: string, length = payload.length): Buffer {
  const header = Buffer.alloc(headerBytes);
  [type, id, transaction, length].forEach((word, n) => header.writeUInt32LE(word >>> 0, n * 4));
  return Buffer.concat([header, Buffer.from(payload, 'latin1')]);
}

/** One client's conversation. */
class Conversation {
  private input = Buffer.alloc(0);
  private output = Buffer.alloc(0);
  private ending = false;
  private writing = false;
  private cut = 0;
  private deaf = false;
  private held: Heard[] = [];
  private readonly turns = new Map<number, number>();

  constructor(
    private readonly socket: Socket,
    private readonly script: PeerScript,
  ) {
    socket.on('data', (bytes: Buffer) => this.hear(bytes));
    for (const action of script.atOnce ?? []) this.act(action, { type: 0, id: 0, transaction: 0, payload: '' });
  }

  private hear(bytes: Buffer): void {
    this.input = Buffer.concat([this.input, bytes]);
    for (;;) {
      if (this.deaf || this.input.length < headerBytes) return;
      const [type = 0, id = 0, transaction = 0, length = 0] = [0, 4, 8, 12].map((at) => this.input.readUInt32LE(at));
      if (this.input.length < headerBytes + length) return;
      const heard = { type, id, transaction, payload: this.input.toString('latin1', headerBytes, headerBytes + length) };
      this.input = this.input.subarray(headerBytes + length);
      for (const action of this.answerTo(heard)) this.act(action, heard);
    }
  }

  private answerTo({ type, payload }: Heard): readonly PeerAction[] {
    const turns = this.script.inTurn?.[type];
    if (turns === undefined) return this.script.on?.[type] ?? [{ reply: payload }];
    const turn = this.turns.get(type) ?? 0;
    this.turns.set(type, turn + 1);
    return turns[turn % turns.length] ?? [];
  }

  private act(action: PeerAction, heard: Heard): void {
    const { type, id, transaction } = heard;
    if ('reply' in action) this.say(packet(type, id, transaction, action.reply));
    else if ('fail' in action) this.say(packet(error, id, transaction, `${action.fail}\0`));
    else if ('packet' in action) this.say(packet(action.packet.type ?? type, action.packet.id ?? id, transaction, action.packet.payload, action.packet.length));
    else if ('fire' in action) this.say(packet(watchEvent, 0, 0, `${action.fire.path}\0${action.fire.token}\0`));
    else if ('raw' in action) this.say(Buffer.from(action.raw, 'latin1'));
    else if ('flood' in action) this.say(Buffer.concat(Array.from({ length: action.flood }, (_, n) => packet(watchEvent, 0, 0, `/flood\0${n}\0`))));
    else if ('hold' in action) this.held.push(heard);
    else if ('answerHeld' in action) {
      for (const place of action.answerHeld) {
        const each = this.held[place];
        if (each !== undefined) this.say(packet(each.type, each.id, each.transaction, each.payload));
      }
    } else {
      this.deaf = true;
      this.ending = 'hangUp' in action;
      this.drainSoon();
    }
  }

  private say(bytes: Buffer): void {
    this.output = Buffer.concat([this.output, bytes]);
    this.drainSoon();
  }

  /** Everything that is to be said in one turn leaves in one piece, unless the script cuts it. */
  private drainSoon(): void {
    if (this.writing) return;
    this.writing = true;
    setImmediate(() => this.drain());
  }

  private drain(): void {
    const sizes = this.script.pieces ?? [];
    const size = sizes[this.cut++ % Math.max(1, sizes.length)] ?? this.output.length;
    const piece = this.output.subarray(0, size);
    this.output = this.output.subarray(size);
    this.socket.write(piece, () => {
      this.writing = false;
      if (this.output.length > 0) this.drainSoon();
      else if (this.ending) this.socket.end();
    });
  }
}

process.on('message', ({ path, script }: PeerOrder) => {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    new Conversation(socket, script);
  });
  server.listen(path, () => process.send?.({ path }));
});
process.on('disconnect', () => process.exit());

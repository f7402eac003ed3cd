/**
 * The other end of test/fakes/qmp-peer.ts: a process that speaks QMP as QEMU 7.2 does, on real unix sockets, and departs from it where its
 * script says so. One process serves many sockets, each with its own script.
 */
import { createServer, type Socket } from 'node:net';
import type { PeerAction, PeerOrder, PeerScript } from './qmp-peer.js';

const greeting = { QMP: { version: { qemu: { micro: 0, minor: 2, major: 7 }, package: 'fake' }, capabilities: ['oob'] } };
const stamp = { seconds: 1, microseconds: 2 };
const event = (name: string, data?: object): PeerAction => ({ event: name, ...(data === undefined ? {} : { data }) });

/** Where the first object ends: as QEMU, which acts on the closing brace and needs no newline. -1 when it has not ended yet. */
function endOfObject(text: string): number {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (inText && character === '\\') at += 1;
    else if (character === '"') inText = !inText;
    else if (!inText && character === '{') depth += 1;
    else if (!inText && character === '}' && --depth === 0) return at + 1;
  }
  return -1;
}

/** One client's conversation. */
class Conversation {
  private input = '';
  private output: Buffer[] = [];
  private writing = false;
  private cut = 0;
  private negotiated = false;
  private deaf = false;
  private status: string;
  private held: string[] = [];

  constructor(
    private readonly socket: Socket,
    private readonly script: PeerScript,
  ) {
    this.status = script.status ?? 'prelaunch';
    socket.setEncoding('utf8').on('data', (text: string) => this.hear(text));
    if (script.greet !== false) this.say(greeting);
    for (const action of script.atOnce ?? []) this.act(action, 'null');
  }

  private hear(text: string): void {
    if (this.deaf) return;
    this.input += text;
    for (let end = endOfObject(this.input); end !== -1; end = endOfObject(this.input)) {
      const { execute, id } = JSON.parse(this.input.slice(0, end)) as { execute: string; id: unknown };
      this.input = this.input.slice(end);
      for (const action of this.script.on?.[execute] ?? this.usual(execute)) this.act(action, JSON.stringify(id));
    }
  }

  /** What QEMU does. */
  private usual(command: string): readonly PeerAction[] {
    const running = this.status === 'running';
    if (command === 'qmp_capabilities' && !this.negotiated) {
      this.negotiated = true;
      return [{ reply: {} }];
    }
    if (!this.negotiated || command === 'qmp_capabilities') {
      return [{ fail: { class: 'CommandNotFound', desc: "Expecting capabilities negotiation with 'qmp_capabilities'" } }];
    }
    switch (command) {
      case 'query-status':
        return [{ reply: { status: this.status, singlestep: false, running } }];
      case 'cont':
        return [...(running ? [] : [event('RESUME')]), { status: 'running' }, { reply: {} }];
      case 'stop':
        return [...(running ? [event('STOP'), { status: 'paused' }] : []), { reply: {} }];
      case 'system_reset': {
        const reset = event('RESET', { guest: false, reason: 'host-qmp-system-reset' });
        return [{ reply: {} }, reset, ...(running ? [] : [{ status: 'prelaunch' }])];
      }
      case 'system_powerdown': {
        const off = [event('SHUTDOWN', { guest: true, reason: 'guest-shutdown' }), event('STOP'), { status: 'shutdown' }];
        return [event('POWERDOWN'), { reply: {} }, ...(running ? off : [])];
      }
      case 'quit':
        return [event('SHUTDOWN', { guest: false, reason: 'host-qmp-quit' }), { reply: {} }, { hangUp: true }];
      default:
        return [{ fail: { class: 'CommandNotFound', desc: `The command ${command} has not been found` } }];
    }
  }

  private act(action: PeerAction, id: string): void {
    if ('reply' in action) this.line(`{"return": ${JSON.stringify(action.reply)}, "id": ${id}}`);
    else if ('fail' in action) this.line(`{"error": ${JSON.stringify(action.fail)}, "id": ${id}}`);
    else if ('event' in action) this.say({ timestamp: stamp, event: action.event, data: action.data });
    else if ('raw' in action) this.write(Buffer.from(action.raw.replaceAll('$id', id)));
    else if ('status' in action) this.status = action.status;
    else if ('flood' in action) this.flood(action.flood);
    else if ('huge' in action) this.line(`{"return": "${'x'.repeat(action.huge)}", "id": ${id}}`);
    else if ('hold' in action) this.held.push(id);
    else if ('answerHeldReversed' in action) for (const each of this.held.reverse()) this.line(`{"return": ${each}, "id": ${each}}`);
    else if ('deaf' in action) this.deaf = true;
    else this.write(undefined);
  }

  private flood(count: number): void {
    const lines = Array.from({ length: count }, (_, n) => `${JSON.stringify({ timestamp: stamp, event: 'RTC_CHANGE', data: { offset: n } })}\r\n`);
    this.write(Buffer.from(lines.join('')));
  }

  private say(message: object): void {
    this.line(JSON.stringify(message));
  }

  private line(text: string): void {
    this.write(Buffer.from(`${text}\r\n`));
  }

  /** Undefined ends the connection. Everything that is to be said in one turn leaves in one piece, unless the script cuts it. */
  private write(bytes: Buffer | undefined): void {
    this.output.push(bytes ?? Buffer.alloc(0));
    if (bytes === undefined) this.deaf = true;
    if (this.writing) return;
    this.writing = true;
    setImmediate(() => this.drain());
  }

  private drain(): void {
    const ends = this.output.some((part) => part.length === 0);
    const all = Buffer.concat(this.output);
    const sizes = this.script.pieces ?? [];
    const size = sizes[this.cut++ % Math.max(1, sizes.length)] ?? all.length;
    const rest = all.subarray(size);
    this.output = rest.length > 0 ? [rest, ...(ends ? [Buffer.alloc(0)] : [])] : [];
    this.socket.write(all.subarray(0, size), () => {
      if (this.output.length > 0) setImmediate(() => this.drain());
      else this.writing = false;
    });
    if (rest.length === 0 && ends) this.socket.end();
  }
}

process.on('message', ({ path, script }: PeerOrder) => {
  let served: Socket | undefined;
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    // As QEMU: whoever comes while one is served is connected by the kernel, and hears nothing.
    if (served !== undefined) return void socket.resume();
    served = socket.once('close', () => (served = undefined));
    new Conversation(socket, script);
  });
  server.listen(path, () => process.send?.({ path }));
});
process.on('disconnect', () => process.exit());

/** The other end of test/fakes/agent-peer.ts: speaks as qemu-ga 7.2 does, and departs from it where its script says so. */
import { createServer, type Socket } from 'node:net';
import type { AgentNews, AgentOrder, AgentScript } from './agent-peer.js';

const heard = new Map<string, string>();
const tell = (path: string): void => void process.send?.({ path, heard: heard.get(path) } satisfies AgentNews);

function serve(socket: Socket, path: string, script: AgentScript): void {
  const say = (texts: readonly string[], id: string): void => {
    const [first, ...rest] = texts;
    if (first === undefined) return;
    socket.write(first.replaceAll('$id', id), 'latin1', () => setImmediate(say, rest, id));
  };
  let input = '';
  if (script.atOnce !== undefined) socket.write(script.atOnce, 'latin1');
  if (script.flood !== undefined) socket.write('x'.repeat(script.flood));
  socket.setEncoding('latin1').on('data', (text: string) => {
    heard.set(path, (heard.get(path) ?? '') + text);
    input += text;
    for (let end = input.indexOf('\n'); end !== -1; end = input.indexOf('\n')) {
      const line = input.slice(0, end);
      input = input.slice(end + 1);
      // What a sentinel does to the parser of qemu-ga: the text before it is no JSON any more.
      if (line.startsWith('\xff')) socket.write('{"error": {"class": "GenericError", "desc": "JSON parse error, stray \'\xff\'"}}\n', 'latin1');
      const { arguments: given, execute } = JSON.parse(line.replace(/^.*\xff/, '')) as { execute: string; arguments: { id?: number } };
      if (execute === 'guest-sync-delimited') say(script.sync ?? ['\xff{"return": $id}\n'], String(given.id));
      if (execute === 'guest-shutdown') say(script.shutdown ?? [], '');
      if (execute === 'guest-suspend-ram') say(script.suspend ?? [], '');
    }
  });
}

process.on('message', (order: AgentOrder) => {
  if ('tell' in order) {
    tell(order.tell);
    return;
  }
  const { listen: path, script } = order;
  createServer((socket) => {
    socket.on('error', () => socket.destroy());
    if (script.hangUp === true) socket.destroy();
    else serve(socket, path, script);
  }).listen(path, () => tell(path));
});
process.on('disconnect', () => process.exit());

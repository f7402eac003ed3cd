/** Has the QEMU that serves a domain of dom0 write what is on its screen: `screenshot.js DOMID FILE`, a PPM. Ends with an error when it does not within a minute. */
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

const [domain = '', filename = ''] = process.argv.slice(2);
const socket = connect(`/run/xen/qmp-libxenstat-${domain}`);
socket.setTimeout(60_000, () => socket.destroy(new Error('QEMU says nothing')));
const commands = [{ execute: 'qmp_capabilities' }, { execute: 'screendump', arguments: { filename } }];
for (const command of commands) socket.write(`${JSON.stringify(command)}\n`);

let answers = 0;
for await (const line of createInterface(socket)) {
  const message = JSON.parse(line) as { readonly return?: unknown; readonly error?: { readonly desc: string } };
  if (message.error !== undefined) throw new Error(message.error.desc);
  if (message.return !== undefined) answers += 1;
  if (answers === commands.length) break;
}
socket.destroy();

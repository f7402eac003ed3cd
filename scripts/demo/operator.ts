/** What an operator does on the anchor's second QMP monitor, behind the engine's back. */
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { NotAsTold } from './until.js';

/** Milliseconds for the whole conversation. */
const deadline = 3_000;

/** Presses the power button of the guest behind a monitor socket; resolves when QEMU has taken the command. */
export async function pressPowerButton(monitor: string): Promise<void> {
  const socket = connect(monitor).setTimeout(deadline, () => socket.destroy(new NotAsTold(`${monitor} did not answer within ${deadline} ms`)));
  const failed = new Promise<never>((_, reject) => void socket.once('error', reject));
  try {
    socket.write('{"execute":"qmp_capabilities"}\n{"execute":"system_powerdown","id":"press"}\n');
    await Promise.race([failed, answered(socket)]);
  } finally {
    socket.destroy();
  }
}

async function answered(socket: NodeJS.ReadableStream): Promise<void> {
  for await (const line of createInterface({ input: socket })) {
    const message = JSON.parse(line) as { readonly id?: unknown; readonly error?: { readonly desc: string } };
    if (message.id !== 'press') continue;
    if (message.error !== undefined) throw new NotAsTold(`QEMU refused to press the power button: ${message.error.desc}`);
    return;
  }
  throw new NotAsTold('the monitor was closed before it answered');
}

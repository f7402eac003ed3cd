/** How one gets into a VNC server: RFB 3.8 (RFC 6143), from the first word to whether the server lets somebody in. */
import { createCipheriv } from 'node:crypto';
import type { VncConnection } from './vnc-connection.js';

/** `demands`: the security types that the server offers; 1 is none, 2 a password. */
export interface Welcome {
  readonly demands: readonly number[];
  readonly letIn: boolean;
}

const noAuthentication = 1;
const vncAuthentication = 2;

/** Without a password it asks to be let in as it is, whatever the server demands. Rejects as the connection does. */
export async function enter({ send, take }: Pick<VncConnection, 'send' | 'take'>, password?: string): Promise<Welcome> {
  await take(12);
  send('RFB 003.008\n');
  const [count = 0] = await take(1);
  const demands = [...(await take(count))];
  if (password === undefined || !demands.includes(vncAuthentication)) {
    send(Buffer.from([noAuthentication]));
  } else {
    send(Buffer.from([vncAuthentication]));
    send(encrypted(await take(16), password));
  }
  return { demands, letIn: (await take(4)).readUInt32BE() === 0 };
}

/** By DES, whose key is the password with the bits of each byte in the other order. DES three times with one key is DES once. */
function encrypted(challenge: Buffer, password: string): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.write(password);
  const key = bytes.map(mirrored);
  const cipher = createCipheriv('des-ede3', Buffer.concat([key, key, key]), null).setAutoPadding(false);
  return Buffer.concat([cipher.update(challenge), cipher.final()]);
}

function mirrored(byte: number): number {
  let mirror = 0;
  for (let bit = 0; bit < 8; bit += 1) mirror |= ((byte >> bit) & 1) << (7 - bit);
  return mirror;
}

/** As much of a VNC viewer as gets past the door. */
import { dialVnc } from './vnc-connection.js';
import { enter, type Welcome } from './vnc-door.js';

/** Knocks at a port of this host. Rejects when the server hangs up before it has answered, or says nothing for `patience` milliseconds. */
export async function knock(port: number, password?: string, patience?: number): Promise<Welcome> {
  const connection = dialVnc(port, patience);
  try {
    return await enter(connection, password);
  } finally {
    connection.close();
  }
}

/**
 * xenstore over the character device of the kernel, which passes messages on over the kernel's own connection. It differs from a daemon's
 * socket (drivers/xen/xenbus/xenbus_dev_frontend.c of Linux):
 *
 * - a message is one write, and has 4096 bytes with its header;
 * - what the kernel itself refuses, such as a watch, is told by the error of the write, and no reply comes;
 * - a reply may come in pieces, and is at most 4096 bytes long.
 */
import { Observable, Subject } from 'rxjs';
import type { Connection, MessageDevice } from '../../../../effects/ports/sockets.js';
import { xenstoreError } from './errors.js';
import { createPacketParser } from './parser.js';
import { encodePacket, encodeStrings, encodeText, headerBytes, messageTypes, payloadBytes } from './wire.js';

/** As a daemon's socket would be: what the device refuses becomes the reply that a daemon would have sent. */
export function connectionOver(device: MessageDevice): Connection {
  const refusals = new Subject<Uint8Array>();

  const refuse = (message: Uint8Array, errno: string): void => {
    const { requestId, transactionId } = headerOf(message);
    refusals.next(encodePacket({ type: messageTypes.error, requestId, transactionId, payload: encodeStrings([errno]) }));
  };

  const received = new Observable<Uint8Array>((subscriber) => {
    const parser = createPacketParser();
    // Whole packets, so that a refusal never comes in between the pieces of another reply.
    const replies = device.received.subscribe({
      next: (chunk) => {
        for (const parsed of parser.push(chunk)) {
          if (parsed.type === 'packet') subscriber.next(encodePacket(parsed.packet));
          else subscriber.error(xenstoreError('XENSTORE_PROTOCOL', parsed.reason));
        }
      },
      error: (error: unknown) => subscriber.error(error),
      complete: () => subscriber.complete(),
    });
    replies.add(refusals.subscribe((packet) => subscriber.next(packet)));
    return replies;
  });

  return {
    received,
    send: (bytes) => {
      const message = typeof bytes === 'string' ? encodeText(bytes) : bytes;
      if (message.length > payloadBytes) {
        refuse(message, 'E2BIG');
        return;
      }
      device.write(message).catch((error: unknown) => {
        const errno = errnoIn(error);
        // Else the device has ended, which `received` tells.
        if (errno !== undefined) refuse(message, errno);
      });
    },
    close: () => device.close(),
  };
}

function headerOf(message: Uint8Array): { readonly requestId: number; readonly transactionId: number } {
  const header = new DataView(message.buffer, message.byteOffset, headerBytes);
  return { requestId: header.getUint32(4, true), transactionId: header.getUint32(8, true) };
}

/** The system's name of the failure, of a message that the device refused. */
function errnoIn(error: unknown): string | undefined {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  return typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
}

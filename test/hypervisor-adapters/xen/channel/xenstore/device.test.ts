/** What differs on the kernel's device from a daemon's socket; the device itself is only in the lab (store.lab.test.ts). */
import { Subject } from 'rxjs';
import { expect, onTestFinished, test } from 'vitest';
import { hostClock } from '../../../../../src/effects/clock.js';
import { createXenstoreClient, type XenstoreClient } from '../../../../../src/hypervisor-adapters/xen/channel/xenstore/client.js';
import { connectionOver } from '../../../../../src/hypervisor-adapters/xen/channel/xenstore/device.js';
import { encodePacket, encodeStrings, encodeText, headerBytes, messageTypes } from '../../../../../src/hypervisor-adapters/xen/channel/xenstore/wire.js';

type Write = (message: Uint8Array) => Promise<void>;

/** A client whose device does with each message what the test says. */
function clientOver(write: Write): { readonly client: XenstoreClient; readonly replies: Subject<Uint8Array> } {
  const replies = new Subject<Uint8Array>();
  const connection = connectionOver({ received: replies, write, close: () => replies.complete(), released: Promise.resolve() });
  const client = createXenstoreClient(connection, { clock: hostClock, deadline: 2_000 });
  onTestFinished(() => client.close());
  return { client, replies };
}

const refused = (errno: string): Error => Object.assign(new Error(errno), { cause: { code: errno } });
const idOf = (message: Uint8Array): number => new DataView(message.buffer, message.byteOffset).getUint32(4, true);
const reply = (message: Uint8Array, text: string): Uint8Array => encodePacket({ type: message[0] ?? 0, requestId: idOf(message), transactionId: 0, payload: encodeText(text) });

test('what the kernel refuses without a reply is a refusal of that request, and of no other', async () => {
  const { client, replies } = clientOver((message) => {
    if (message[0] === messageTypes.watch) return Promise.reject(refused('EACCES'));
    setTimeout(() => replies.next(reply(message, 'here')), 20);
    return Promise.resolve();
  });
  const reading = client.read('/tool');
  await expect(client.watch('/secret', 'token')).rejects.toMatchObject({ code: 'XENSTORE_NOT_PERMITTED' });
  expect(await reading).toBe('here');
});

test('a refusal does not come in between the pieces of another reply', async () => {
  let first: Uint8Array | undefined;
  const { client, replies } = clientOver((message) => {
    if (message[0] === messageTypes.watch) return Promise.reject(refused('EINVAL'));
    first = reply(message, 'in two pieces');
    replies.next(first.subarray(0, headerBytes + 4));
    return Promise.resolve();
  });
  const reading = client.read('/tool');
  await expect(client.watch('/tool', 'token')).rejects.toMatchObject({ code: 'XENSTORE_REFUSED' });
  replies.next(first?.subarray(headerBytes + 4) ?? new Uint8Array(0));
  expect(await reading).toBe('in two pieces');
});

test('a message that the device has no room for is too large, and is not written', async () => {
  const lengths: number[] = [];
  const { client, replies } = clientOver((message) => {
    lengths.push(message.length);
    replies.next(reply(message, 'OK'));
    return Promise.resolve();
  });
  // 4096 bytes with the header, the path and its NUL.
  await client.write('/a', 'x'.repeat(4_096 - headerBytes - 3));
  await expect(client.write('/a', 'x'.repeat(4_096 - headerBytes - 2))).rejects.toMatchObject({ code: 'XENSTORE_TOO_LARGE' });
  expect(lengths).toEqual([4_096]);
});

test('what is no xenstore ends the connection', async () => {
  const { client, replies } = clientOver(() => Promise.resolve());
  replies.next(encodePacket({ type: 99, requestId: 0, transactionId: 0, payload: encodeStrings(['?']) }));
  expect(await client.closed).toMatchObject({ by: 'failure' });
});

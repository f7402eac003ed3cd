/**
 * The xenstore client against the store of a real dom0: one JSON object of what was seen. Everything is done below one node, which goes.
 * With the argument `device` through the kernel, as where there is no socket.
 */
import { filter, firstValueFrom, take, toArray } from 'rxjs';
import { hostPorts } from '../../../../src/effects/host-ports.js';
import { dialXenstore } from '../../../../src/hypervisor-adapters/xen/anchor/dial.js';
import { openXenstore } from '../../../../src/hypervisor-adapters/xen/channel/xenstore/store.js';

const home = `/windlass-lab-${process.pid}`;
const ports = hostPorts();
const dial = process.argv[2] === 'device' ? dialXenstore(ports, { sockets: [], devices: ['/dev/xen/xenbus'] }) : dialXenstore(ports);
const store = openXenstore({ dial, clock: ports.clock });

function codeOf(error: unknown): string {
  return (error as { readonly code?: string }).code ?? String(error);
}

/** The code of what an operation rejects with. */
async function refusal(asked: Promise<unknown>): Promise<string> {
  return asked.then(
    () => 'none',
    codeOf,
  );
}

/** Two writers of one node: the later commit meets the other's change, and is tried again. */
async function contest(): Promise<{ readonly value: string | undefined; readonly attempts: number }> {
  let attempts = 0;
  await store.write(`${home}/count`, '0');
  await store.transaction(async (nodes) => {
    attempts += 1;
    const count = Number(await nodes.read(`${home}/count`));
    if (attempts === 1) await store.write(`${home}/count`, '10');
    await nodes.write(`${home}/count`, String(count + 1));
  });
  return { value: await store.read(`${home}/count`), attempts };
}

async function watched(): Promise<readonly string[]> {
  const seen = firstValueFrom(store.watch(`${home}/watched`).pipe(take(2), toArray()));
  await firstValueFrom(store.watch(`${home}/watched`).pipe(filter(({ reason }) => reason === 'look')));
  await store.write(`${home}/watched/child`, '1');
  return (await seen).map(({ path, reason }) => `${reason} ${path.slice(home.length)}`);
}

try {
  await store.write(`${home}/text`, 'good morning');
  await store.mkdir(`${home}/many`);
  for (let child = 0; child < 600; child += 1) await store.write(`${home}/many/entry-with-a-long-name-${child}`, '');
  await store.setPermissions(`${home}/text`, { owner: 0, others: 'none', grants: [{ domid: 5, access: 'read' }] });
  console.log(
    JSON.stringify({
      text: await store.read(`${home}/text`),
      absent: (await store.read(`${home}/absent`)) ?? null,
      children: await store.directory(`${home}/many`).then((names) => names?.length ?? null, codeOf),
      permissions: await store.getPermissions(`${home}/text`),
      contest: await contest(),
      watched: await watched(),
      tooLarge: await refusal(store.write(`${home}/large`, 'x'.repeat(5_000))),
      badPath: await refusal(store.read('/no such path')),
      dom0: await store.isDomainIntroduced(0),
      nobody: await store.isDomainIntroduced(4_000),
    }),
  );
} finally {
  await store.rm(home);
  store.close();
  await ports.close();
}

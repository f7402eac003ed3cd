/** `npm run test:lab -- LAB`: builds a lab or takes it from the cache, and runs its scenarios; `--help` tells the rest. */
import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';
import { cacheDirectory } from './cache.js';

/** Each is a project of vitest, and some are one of several kinds, which the environment chooses. */
const labs: ReadonlyMap<string, { readonly project: string; readonly env?: Readonly<Record<string, string>> }> = new Map([
  ['linux', { project: 'linux' }],
  ['passthrough', { project: 'passthrough' }],
  ['xen', { project: 'xen' }],
  ['xen-4.20', { project: 'xen', env: { LAB_XEN: '4.20' } }],
]);

const help = `npm run test:lab -- LAB [options] [FILE...]

Runs the scenarios of a lab: a whole machine that QEMU emulates, or a guest, built from Debian packages that are
downloaded and unpacked into ${cacheDirectory()}. Nothing is installed but QEMU.
FILE: parts of the names of scenario files to run; default all.

labs
  linux         a Linux guest with Debian's qemu-guest-agent, which Windlass starts on this host's QEMU
  passthrough   a host with an IOMMU and PCI devices of many kinds, whose root is this host's, read-only
  xen           Debian 12's Xen 4.17 with a Linux dom0, its tool stack, and guests (LAB_XENSTORED=c: with the xenstored in C)
  xen-4.20      the same scenarios with Debian 13's Xen 4.20

options
  --fresh       build the lab anew, and its snapshot
  --keep        keep the directories of the machines, with their consoles' logs, and name them
  --only NAME   only tests whose names match
  --help
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { fresh: { type: 'boolean' }, keep: { type: 'boolean' }, only: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
});
const [name, ...files] = positionals;
const lab = name === undefined ? undefined : labs.get(name);

if (values.help === true) process.stdout.write(help);
else if (lab === undefined) {
  process.stderr.write(help);
  process.exitCode = 2;
} else {
  Object.assign(process.env, lab.env);
  if (values.fresh === true) process.env['LAB_FRESH'] = '1';
  if (values.keep === true) process.env['LAB_KEEP'] = '1';
  const only = values.only === undefined ? {} : { testNamePattern: values.only };
  const vitest = await startVitest('test', files, { config: 'vitest.lab.config.ts', project: [lab.project], run: true, ...only });
  await vitest.close();
}

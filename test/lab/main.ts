/** `npm run test:lab -- LAB`: builds a lab or takes it from the cache, and runs its scenarios; `--help` tells the rest. */
import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';
import { cacheDirectory } from './cache.js';

const labs = ['linux', 'passthrough', 'xen'];

const help = `npm run test:lab -- LAB [options] [FILE...]

Runs the scenarios of a lab: a whole machine that QEMU emulates, or a guest, built from Debian packages that are
downloaded and unpacked into ${cacheDirectory()}. Nothing is installed but QEMU.
FILE: parts of the names of scenario files to run; default all.

labs
  linux         a Linux guest with Debian's qemu-guest-agent, which Windlass starts on this host's QEMU
  passthrough   a host with an IOMMU and PCI devices of many kinds, whose root is this host's, read-only
  xen           Xen 4.17 with a Linux dom0, its tool stack, and guests (LAB_XENSTORED=c: with the xenstored in C)

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
const [lab, ...files] = positionals;

if (values.help === true) process.stdout.write(help);
else if (lab === undefined || !labs.includes(lab)) {
  process.stderr.write(help);
  process.exitCode = 2;
} else {
  if (values.fresh === true) process.env['LAB_FRESH'] = '1';
  if (values.keep === true) process.env['LAB_KEEP'] = '1';
  const only = values.only === undefined ? {} : { testNamePattern: values.only };
  const vitest = await startVitest('test', files, { config: 'vitest.lab.config.ts', project: [lab], run: true, ...only });
  await vitest.close();
}

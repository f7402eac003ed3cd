import { appendFile, mkdir, readlink, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { consoleOfRun } from '../../../../src/anchors/console-of-run.js';
import { layoutOf } from '../../../../src/anchors/layout.js';
import { hostPorts } from '../../../../src/effects/host-ports.js';
import type { StateLayout } from '../../../../src/hypervisor-adapters/contract/state-layout.js';
import { linkConsole } from '../../../../src/hypervisor-adapters/xen/anchor/console.js';
import { temporaryDirectory, type TemporaryDirectory } from '../../../effects/temporary-directory.js';

const { files } = hostPorts();
const store = { read: (path: string): Promise<string | undefined> => Promise.resolve(path === '/local/domain/7/console/tty' ? '/dev/pts/3' : undefined) };
let scratch: TemporaryDirectory;
let layout: StateLayout;
let log: string;

beforeEach(async () => {
  scratch = await temporaryDirectory();
  layout = layoutOf(scratch.path, 'xen', 'web');
  log = `${scratch.path}/guest-web.log`;
  await mkdir(layout.directory, { recursive: true });
});

afterEach(() => scratch[Symbol.asyncDispose]());

const link = (ran: boolean): Promise<void> => linkConsole(files, store, layout, { id: 7, name: 'web', ran }, [`${scratch.path}/none`, scratch.path]);
const said = (bytes = 1_000): Promise<string> => consoleOfRun(files, layout, bytes);

it('tells the console of a domain from that of the earlier ones, to whose log xenconsoled appends', async () => {
  await writeFile(log, 'login: of yesterday\n');
  await link(false);
  expect([await readlink(layout.cons), await readlink(layout.consoleLog), await said()]).toEqual(['/dev/pts/3', log, '']);
  await appendFile(log, 'booting\nlogin: of today\n');
  expect([await said(), await said(6)]).toEqual(['booting\nlogin: of today\n', 'today\n']);

  // Another engine takes it over, when it has run for long.
  await link(true);
  expect(await said()).toBe('booting\nlogin: of today\n');

  await link(false);
  expect(await said()).toBe('');
});

it('takes all of a log that somebody began anew, and all of one that was not there when the domain was made', async () => {
  await writeFile(log, 'login: of yesterday\n');
  await link(false);
  await writeFile(log, 'rotated\n');
  expect(await said()).toBe('rotated\n');

  const other = { ...layout, consoleLog: `${scratch.path}/later.log`, consoleStart: `${scratch.path}/none` };
  await writeFile(other.consoleLog, 'all of it\n');
  expect(await consoleOfRun(files, other, 1_000)).toBe('all of it\n');
});

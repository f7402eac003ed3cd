import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { layoutOf } from '../../../../src/anchors/layout.js';
import { hostFiles } from '../../../../src/effects/files.js';
import { runLogs } from '../../../../src/hypervisor-adapters/xen/anchor/run-logs.js';
import { temporaryDirectory } from '../../../effects/temporary-directory.js';

it('has the log of the QEMU that serves the domain, but not that of an earlier domain of the name', async () => {
  await using scratch = await temporaryDirectory();
  const layout = layoutOf(scratch.path, 'xen', 'web');
  const log = `${scratch.path}/qemu-dm-web.log`;
  const found = (): ReturnType<typeof runLogs> => runLogs(hostFiles, layout, scratch.path);
  await mkdir(layout.directory, { recursive: true });
  expect(await found()).toEqual([]);
  await writeFile(log, 'of an earlier domain\n');
  // Nothing was prepared: whose it is, nobody can tell.
  expect(await found()).toEqual([]);
  await writeFile(`${layout.directory}/xl.cfg`, '');
  await utimes(log, 1_000, 1_000);
  expect(await found()).toEqual([]);
  await writeFile(log, 'of this one\n');
  expect(await found()).toEqual([{ name: 'qemu-dm.log', path: log }]);
});

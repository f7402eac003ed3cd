import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toStderr } from '../progress.js';
import { wantedRelease } from './build/xen-release.js';
import { run } from './dom0-words.js';
import type { Lab } from '../machine/lab.js';
import { startXenLab } from './lab.js';

const share = mkdtempSync(join(tmpdir(), 'windlass-share-'));
let lab: Lab;

beforeAll(async () => {
  const began = performance.now();
  lab = await startXenLab({ share });
  expect(await run(lab, 'echo', 'up')).toBe('up\n');
  toStderr(`restored, and the first command has run, after ${((performance.now() - began) / 1_000).toFixed(1)} s`);
});

afterAll(async () => {
  await lab.stop();
  rmSync(share, { recursive: true });
});

describe('the machine', () => {
  test('is the wanted Xen with virtual machine extensions and an IOMMU, and runs no guest', async () => {
    const info = await run(lab, 'xl', 'info');
    expect(/^xen_version\s+: (4\.\d+)\./m.exec(info)?.[1]).toBe(wantedRelease().xen);
    expect(info).toMatch(/^virt_caps\s+: pv hvm .*directio/m);
    expect((await run(lab, 'xl', 'list')).trim().split('\n')).toHaveLength(2);
  });

  test('has a dom0 with control, the wanted xenstored, and the programs that adapters use', async () => {
    expect(await run(lab, 'cat', '/proc/xen/capabilities')).toBe('control_d\n');
    const store = process.env['LAB_XENSTORED'] === 'c' ? 'xenstored' : 'oxenstored';
    expect(await run(lab, 'ps', '-C', store, '-o', 'comm=')).toBe(`${store}\n`);
    expect(await run(lab, 'xenstore-ls', '/local/domain')).toContain('name = "Domain-0"');
    for (const program of ['xl', 'xenstore-ls', 'ip', 'brctl', 'node', 'qemu-img']) expect(await run(lab, 'which', program)).toContain(program);
    await run(lab, 'test', '-S', '/run/xenstored/socket');
  });

  test('has the clock of the host', async () => {
    expect(Math.abs(Number(await run(lab, 'date', '+%s')) - Date.now() / 1_000)).toBeLessThan(5);
  });

  test('runs the node of the host', async () => {
    expect(await run(lab, 'node', '-p', 'process.version')).toBe(`${process.version}\n`);
  });

  test('tells on its console what Xen says', async () => {
    await run(lab, 'xl', 'debug-keys', 'q');
    expect(await lab.console()).toContain("'q' pressed -> dumping domain info");
  });
});

describe('a command in dom0', () => {
  test('brings back its output, its errors and its exit code', async () => {
    expect(await lab.exec(['sh', '-c', 'echo out; echo err >&2; exit 7'])).toEqual({ code: 7, stdout: 'out\n', stderr: 'err\n' });
    expect((await lab.exec(['sh', '-c', 'kill -9 $$'])).code).toBe(137);
    await expect(lab.exec(['no-such-command'])).rejects.toThrow('ENOENT');
  });

  test('gets its input, its environment and its directory, and tells output as it comes', async () => {
    const parts: string[] = [];
    const { stdout } = await lab.exec(['sh', '-c', 'pwd; echo $WORD; cat'], { cwd: '/tmp', env: { WORD: 'wörd' }, stdin: 'in', onStdout: (text) => parts.push(text) });
    expect(stdout).toBe('/tmp\nwörd\nin');
    expect(parts.join('')).toBe(stdout);
  });

  test('loses nothing of a megabyte of output', async () => {
    const { stdout } = await lab.exec(['seq', '150000']);
    expect(stdout.split('\n')).toHaveLength(150_001);
  });

  test('runs beside others, and is ended by its signal or its timeout with all that it started', async () => {
    const stop = new AbortController();
    const long = lab.exec(['sleep', '1000'], { signal: stop.signal });
    await expect(lab.exec(['sh', '-c', 'sleep 1001 & sleep 1001'], { timeout: 500 })).rejects.toThrow('has not ended after 500 ms');
    expect((await lab.exec(['pgrep', '-f', 'sleep 1001'])).code).toBe(1);
    stop.abort();
    expect((await long).code).toBe(143);
  });

  test('does not wait for a daemon that keeps its output open', async () => {
    const { code } = await lab.exec(['sh', '-c', 'setsid sleep 1002 & echo left'], { timeout: 5_000 });
    expect(code).toBe(0);
    await run(lab, 'pkill', '-f', 'sleep 1002');
  });
});

describe('files', () => {
  test('of the share are the host’s, either way', async () => {
    writeFileSync(join(share, 'from-host'), 'hello dom0');
    expect(await run(lab, 'cat', '/project/from-host')).toBe('hello dom0');
    await run(lab, 'sh', '-c', 'echo hello host > from-dom0; sync');
    expect(readFileSync(join(share, 'from-dom0'), 'utf8')).toBe('hello host\n');
  });

  test('can be put anywhere, in parts when they are large', async () => {
    await lab.put('/run/large', Buffer.alloc(1_500_000, 'x'));
    expect(await run(lab, 'wc', '-c', '/run/large')).toBe('1500000 /run/large\n');
    await lab.put('/run/script', '#!/bin/sh\necho ran\n', 0o755);
    expect(await run(lab, '/run/script')).toBe('ran\n');
  });
});

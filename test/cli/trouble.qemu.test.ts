/** What goes wrong, as users meet it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { heartbeatImage } from '../support/guest-image.js';
import { anchorsOf, stateDirectory } from '../support/state-directory.js';
import { run, start } from './command.js';

function documents(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync('/tmp/wld-');
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

function domain(name: string, image = heartbeatImage(), memory = '16Mi'): string {
  return `apiVersion: windlass/v1
kind: Domain
metadata: { name: ${name} }
spec:
  memory: ${memory}
  acceleration: none
  disks: [ { image: ${image}, format: raw, readOnly: true } ]
  restart: { policy: Never }
  deadlines: { press: 2s, quit: 2s }
`;
}

describe('up', () => {
  it('applies nothing when one of three files has a mistake', async () => {
    const root = stateDirectory();
    const files = documents({ 'a.yaml': domain('a'), 'b.yaml': domain('b').replace('memory', 'memroy'), 'c.yaml': domain('c') });
    const { code, err, out } = await run(['up', files, '--once', '--state-dir', root, '-o', 'json']);
    expect(code).toBe(1);
    expect(err).toContain('b.yaml:5:3 spec.memroy: unknown field "memroy"; did you mean "memory"?\n');
    expect(JSON.parse(out)).toMatchObject({ ok: false, problems: [{ code: 'FIELD_MISSING' }, { code: 'FIELD_UNKNOWN' }] });
    expect(anchorsOf(root)).toEqual([]);
  });

  it('says quickly what mends a host without QEMU', async () => {
    const root = stateDirectory();
    const files = documents({ 'a.yaml': domain('a') });
    const { code, err, out } = await run(['up', files, '--once', '--state-dir', root, '-o', 'json'], { env: { PATH: '/nonexistent' } });
    expect(code).toBe(1);
    expect(err).toMatch(/a \(\w+\): .*qemu-system-x86_64 is not installed; .*for qemu: install it: apt-get install/);
    // Long before the timeout: waiting does not install anything.
    expect((JSON.parse(out) as { milliseconds: number }).milliseconds).toBeLessThan(5_000);
  });

  it('names what failed for good, and what is well beside it', async () => {
    const root = stateDirectory();
    const broken = documents({ 'disk.img': 'x' });
    const files = documents({ 'good.yaml': domain('good'), 'bad.yaml': domain('bad', join(broken, 'disk.img')).replace('format: raw, readOnly: true', 'format: qcow2') });
    const { code, err, out } = await run(['up', files, '--once', '--state-dir', root, '-o', 'json']);
    expect(code).toBe(1);
    const outcome = JSON.parse(out) as { domains: { name: string; phase: string }[]; reasons: { name: string; phase: string; message: string }[] };
    expect(outcome.domains.map(({ name, phase }) => `${name} ${phase}`).sort()).toEqual(['bad failed', 'good running']);
    expect(outcome.reasons).toMatchObject([{ name: 'bad', phase: 'failed' }]);
    expect(err).toMatch(/bad \(failed\): .*(qcow2|format)/);
    expect((await run(['logs', 'bad', '--evidence', '--state-dir', root])).out).toContain('end.json');
    expect(await run(['down', '--all', '--state-dir', root])).toMatchObject({ code: 0 });
  });

  it('follows edits, keeps the present state over a mistake, and halts its guests where asked', async () => {
    const root = stateDirectory();
    const files = documents({ 'a.yaml': domain('a') });
    const up = start(['up', files, '--guests', 'halt', '--state-dir', root]);
    await up.says('a: as desired');
    writeFileSync(join(files, 'b.yaml'), domain('b'));
    await up.says('b: as desired');
    writeFileSync(join(files, 'b.yaml'), domain('b', heartbeatImage(), 'lots'));
    await up.says(/b\.yaml:5:11 spec\.memory: .*\n1 problem in 1 file; nothing is applied/);
    expect(anchorsOf(root).filter((pid) => pid !== up.child.pid)).toHaveLength(2);
    rmSync(join(files, 'b.yaml'));
    await up.says('b: is gone');
    up.child.kill('SIGTERM');
    const { code, err, out } = await up.finished;
    expect(code).toBe(143);
    expect(err).toContain('halting 1 guest');
    expect(out).toContain('a: is gone');
    expect(anchorsOf(root)).toEqual([]);
  });

  it('gives up at the timeout, and names phase and problem', async () => {
    const root = stateDirectory();
    const files = documents({ 'a.yaml': domain('a', '/nonexistent/disk.img').replace('policy: Never', 'policy: Always') });
    const { code, err } = await run(['up', files, '--once', '--timeout', '1s', '--state-dir', root]);
    expect(code).toBe(1);
    expect(err).toMatch(/a \(\w+\): .*\/nonexistent\/disk\.img/);
  });
});

it('a reader that goes away early is no error', async () => {
  const root = stateDirectory();
  const schema = start(['schema', '--state-dir', root]);
  schema.child.stdout?.destroy();
  const { code, err } = await schema.finished;
  expect({ code, err }).toEqual({ code: 141, err: '' });
});

it('doctor says what this host can do', async () => {
  const root = stateDirectory();
  const { code, out } = await run(['doctor', '-o', 'json', '--state-dir', root]);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ ok: true, stateDirectory: { path: root, engine: null }, hypervisors: [{ hypervisor: 'xen', usable: false }, { hypervisor: 'qemu', usable: true }] });
  const without = await run(['doctor', '--state-dir', root], { env: { PATH: '/nonexistent' } });
  expect(without.code).toBe(1);
  expect(without.out).toMatch(/qemu +not usable\n +! qemu-system-x86_64 is not installed\n +to mend it: install it/);
});

import { readFile, utimes, writeFile } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { hostPorts } from '../../../src/effects/host-ports.js';
import type { Ports } from '../../../src/effects/ports.js';
import type { FileFacts } from '../../../src/effects/ports/files.js';
import type { ReadingFile } from '../../../src/effects/ports/growing-files.js';
import { probe } from '../../../src/hypervisor-adapters/xen/probe/probe.js';
import { temporaryDirectory } from '../../effects/temporary-directory.js';
import { fakeXl, unknownCommand, usageOfSuspend, xlInfo, type FakeAnswer } from './fake-xl.js';

const real = hostPorts();
afterAll(() => real.close());

/** What of a host a probe looks at before it starts anything. */
interface Looks {
  readonly capabilities?: string | undefined;
  readonly hypervisor?: string;
  /** Paths that are there and can be opened. */
  readonly openable?: readonly string[];
  /** Files of firmware, by their paths. */
  readonly firmware?: Readonly<Record<string, string>>;
}

const dom0: Looks = {
  capabilities: 'control_d\n',
  openable: ['/dev/xen/privcmd', '/sys/bus/xen-backend/drivers/vbd', '/sys/bus/xen-backend/drivers/vif', '/dev/net/tun'],
  firmware: { '/usr/share/edk2/xen/OVMF.fd': '\x7fELF\x01\x01 XenVMMXenVMM' },
};

/** The real host, but for what of Xen and firmware is there. */
function hostWith({ capabilities, firmware = {}, hypervisor, openable = [] }: Looks): Ports {
  const { files, growing } = real;
  const played = (path: string): boolean => /^\/(?:proc\/xen|dev\/xen|dev\/net|sys|usr\/share|usr\/lib|usr\/libexec)\//.test(path);
  const readText: typeof files.readText = (path) => {
    if (path === '/proc/xen/capabilities') return Promise.resolve(capabilities);
    return path === '/sys/hypervisor/type' ? Promise.resolve(hypervisor) : files.readText(path);
  };
  const accessible: typeof files.accessible = (path, access) => (played(path) ? Promise.resolve(openable.includes(path)) : files.accessible(path, access));
  const shown = (path: string): FileFacts | undefined => {
    if (openable.includes(path)) return { kind: 'directory', size: 0, modified: 0, id: '1:1' };
    return firmware[path] === undefined ? undefined : { kind: 'file', size: firmware[path].length, modified: 0, id: '1:1' };
  };
  const stat: typeof files.stat = (path) => (played(path) ? Promise.resolve(shown(path)) : files.stat(path));
  const read: typeof growing.read = (path) => (played(path) ? Promise.resolve(opened(firmware[path])) : growing.read(path));
  return { ...real, files: { ...files, readText, accessible, stat }, growing: { ...growing, read } };
}

function opened(text: string | undefined): ReadingFile | undefined {
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text, 'latin1');
  return { id: '1:1', size: () => Promise.resolve(bytes.length), read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)), close: () => Promise.resolve() };
}

interface Bench extends AsyncDisposable {
  readonly path: string;
  readonly cache: string;
  calls(): Promise<readonly string[]>;
}

async function benchWith(info: FakeAnswer = { stdout: xlInfo() }, help: FakeAnswer = unknownCommand): Promise<Bench> {
  const directory = await temporaryDirectory();
  const path = `${directory.path}/xl`;
  await fakeXl(path, { info, help });
  return {
    path,
    cache: `${directory.path}/cache`,
    calls: async () => (await readFile(`${path}.calls`, 'utf8').catch(() => '')).split('\n').slice(0, -1).filter((line) => line !== 'help suspend'),
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}

describe('a probe', () => {
  it('tells version, guest types, abilities and what the kernel has', async () => {
    await using bench = await benchWith();
    expect(await probe(hostWith(dom0), bench.cache, { acceleration: true, executable: bench.path })).toEqual({
      hypervisor: 'xen',
      usable: true,
      version: '4.17.7',
      highestCpu: 0,
      executable: bench.path,
      acceleration: { usable: true, name: 'xen', reason: 'guests run on Xen 4.17.7 itself, as pv, pvh, hvm' },
      machines: ['pv', 'pvh', 'hvm'],
      devices: ['pv', 'hvm', 'hvm_directio', 'pv_directio', 'hap', 'iommu_hap_pt_share', 'gnttab-v1', 'gnttab-v2', 'vnc-password-unknown', 'late-devices'],
      kernelBackEnds: ['blkback', 'netback', 'tun'],
      firmware: [{ code: '/usr/share/edk2/xen/OVMF.fd', variables: '', machines: ['pvh', 'hvm'], secureBoot: false, needsSmm: false }],
      refusedFirmware: [],
    });
  });

  it('asks xl whether it can suspend a guest, and asks again where it could not tell', async () => {
    await using can = await benchWith({ stdout: xlInfo() }, usageOfSuspend);
    expect((await probe(hostWith(dom0), can.cache, { acceleration: true, executable: can.path })).devices).toContain('suspend');
    await using silent = await benchWith({ stdout: xlInfo() }, { code: 1 });
    const wish = { acceleration: true, executable: silent.path };
    expect((await probe(hostWith(dom0), silent.cache, wish)).devices).not.toContain('suspend');
    await fakeXl(silent.path, { info: { stdout: xlInfo() }, help: usageOfSuspend });
    await utimes(silent.path, 1, 1);
    expect((await probe(hostWith(dom0), silent.cache, wish)).devices).toContain('suspend');
    expect((await probe(hostWith(dom0), silent.cache, wish)).devices).toContain('suspend');
  });

  it('knows a CPU that cannot help', async () => {
    await using bench = await benchWith({ stdout: xlInfo({ xen_caps: 'xen-3.0-x86_64 ', virt_caps: 'pv shadow' }) });
    expect(await probe(hostWith(dom0), bench.cache, { acceleration: true, executable: bench.path })).toMatchObject({ usable: true, machines: ['pv'], acceleration: { usable: true } });
  });

  it('starts nothing again for the same binary and boot, and looks at the kernel each time', async () => {
    await using bench = await benchWith();
    const wish = { acceleration: true, executable: bench.path };
    const first = await probe(hostWith(dom0), bench.cache, wish);
    expect(await probe(hostWith(dom0), bench.cache, wish)).toEqual(first);
    expect(await bench.calls()).toEqual(['info']);
    expect(await probe(hostWith({ ...dom0, openable: ['/dev/xen/privcmd'], firmware: {} }), bench.cache, wish)).toMatchObject({ kernelBackEnds: [], firmware: [] });
    expect(await bench.calls()).toHaveLength(1);
    await utimes(bench.path, 1, 1);
    await probe(hostWith(dom0), bench.cache, wish);
    expect(await bench.calls()).toHaveLength(2);
    await probe(hostWith(dom0), bench.cache, { ...wish, fresh: true });
    expect(await bench.calls()).toHaveLength(3);
  });

  it('keeps no free memory, takes no answer of another boot, and no damaged one', async () => {
    await using bench = await benchWith();
    const wish = { acceleration: false, executable: bench.path };
    const first = await probe(hostWith(dom0), bench.cache, wish);
    const file = `${bench.cache}/xen-probe.json`;
    const text = await readFile(file, 'utf8');
    expect(text).not.toContain('1255');
    await writeFile(file, text.replace(/"bootId":"[^"]+"/, '"bootId":"another"'));
    expect(await probe(hostWith(dom0), bench.cache, wish)).toEqual(first);
    await writeFile(file, '{"bootId":');
    expect(await probe(hostWith(dom0), bench.cache, wish)).toEqual(first);
    expect(await bench.calls()).toHaveLength(3);
  });

  it('answers also where it may not write', async () => {
    await using bench = await benchWith();
    await writeFile(bench.cache, 'a file stands where the directory should be');
    expect(await probe(hostWith(dom0), bench.cache, { acceleration: true, executable: bench.path })).toMatchObject({ usable: true, version: '4.17.7' });
  });

  it.each([
    ['without Xen', {}, 'this host does not run on Xen'],
    ['without xenfs', { hypervisor: 'xen\n' }, 'this host runs on Xen, and xenfs is not mounted'],
    ['in a guest', { capabilities: '\n' }, 'this is not the control domain of its Xen'],
    ['as a user who may not call Xen', { capabilities: 'control_d\n' }, 'this user may not open /dev/xen/privcmd'],
  ] as const)('says what is wrong %s, and what mends it, and starts no process', async (_what, looks, reason) => {
    await using bench = await benchWith();
    const facts = await probe(hostWith(looks), bench.cache, { acceleration: true, executable: bench.path });
    expect(facts).toMatchObject({ usable: false, reason, acceleration: { usable: false, name: 'xen', reason }, machines: [] });
    expect(facts.cure).toBeDefined();
    expect(await bench.calls()).toEqual([]);
  });

  it.each([
    ['does not match the hypervisor', { stderr: "ERROR:  Can't find version 4.16 of xen utils, bailing out!\n", code: 1 }, "Can't find version 4.16 of xen utils"],
    ['cannot reach it', { stderr: 'xencall: error: Could not obtain handle on privileged command interface: No such file or directory\nlibxl: error: libxl.c:102:libxl_ctx_alloc: cannot open libxc handle: No such file or directory\ncannot init xl context\n', code: 1 }, 'Could not obtain handle'],
    ['says nothing', { stdout: '' }, 'did not say what was asked'],
    ['is too old', { stdout: xlInfo({ xen_version: '4.14.5', xen_minor: '14' }) }, 'Xen 4.14.5 is older than 4.17'],
    ['is for other machines', { stdout: xlInfo({ xen_caps: 'xen-3.0-aarch64 xen-3.0-armv7l ' }) }, 'no interface for 64-bit x86 guests'],
  ] as const)('says what is wrong with an xl that %s, and what mends it', async (_what, info, reason) => {
    await using bench = await benchWith(info);
    const facts = await probe(hostWith(dom0), bench.cache, { acceleration: true, executable: bench.path });
    expect(facts).toMatchObject({ usable: false, executable: bench.path, acceleration: { usable: false } });
    expect(facts.reason).toContain(reason);
    expect(facts.cure).toBeDefined();
  });

  it('says that xl is missing, and what installs it', async () => {
    await using bench = await benchWith();
    const facts = await probe(hostWith(dom0), bench.cache, { acceleration: true, executable: `${bench.path}-elsewhere` });
    expect(facts).toMatchObject({ usable: false, reason: `${bench.path}-elsewhere is not installed`, cure: `correct the path of ${bench.path}-elsewhere` });
  });
});

it('on this very host tells the truth about Xen', async () => {
  await using bench = await benchWith();
  const isDom0 = (await real.files.readText('/proc/xen/capabilities'))?.includes('control_d') ?? false;
  const { usable, reason } = await probe(real, bench.cache);
  expect(usable || reason !== undefined).toBe(true);
  if (!isDom0) expect(usable).toBe(false);
});

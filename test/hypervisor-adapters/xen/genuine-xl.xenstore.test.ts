import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { xlConfigText } from '../../../src/hypervisor-adapters/xen/render/xl-config.js';
import { temporaryDirectory, type TemporaryDirectory } from '../../effects/temporary-directory.js';
import { goldenDocuments } from './golden-documents.js';
import { configOf, planned } from './plan-requests.js';

const files = inject('xenstored');
const run = promisify(execFile);
let scratch: TemporaryDirectory;

beforeAll(async () => {
  scratch = await temporaryDirectory();
  if (!('missing' in files)) await run('gcc', ['-shared', '-fPIC', '-o', `${scratch.path}/no-hypervisor.so`, join(import.meta.dirname, 'no-hypervisor.c')]);
});
afterAll(() => scratch[Symbol.asyncDispose]());

/** What xl makes of a domain; of the many fields, those that are looked at here. */
interface Understood {
  readonly c_info: { readonly name: string; readonly type: string; readonly uuid: string };
  readonly b_info: { readonly target_memkb: number; readonly max_memkb: number; readonly max_vcpus: number; readonly kernel?: string; readonly cmdline?: string; readonly extra_hvm?: readonly string[]; readonly 'type.hvm'?: { readonly smbios_firmware?: string } };
  readonly disks?: readonly { readonly pdev_path: string }[];
  readonly nics?: readonly { readonly bridge: string; readonly mac: string }[];
  readonly p9s?: readonly { readonly path: string }[];
  readonly pcidevs?: readonly unknown[];
  readonly vtpms?: readonly { readonly backend_domname: string; readonly uuid: string }[];
  readonly pvcallsifs?: readonly { readonly backend_domname: string }[];
  readonly vdispls?: readonly { readonly backend_domname: string; readonly connectors: readonly { readonly unique_id: string; readonly width: number; readonly height: number }[] }[];
  readonly vsnds?: readonly { readonly backend_domname: string; readonly pcms: readonly { readonly streams: readonly { readonly unique_id: string; readonly type: string }[] }[] }[];
  readonly vkbs?: readonly { readonly backend_domname?: string; readonly backend_type: string; readonly unique_id?: string }[];
  readonly on_poweroff: string;
  readonly on_reboot: string;
  readonly on_watchdog: string;
  readonly on_crash: string;
  readonly on_soft_reset: string;
}

/** Reads xl.cfg as the anchor would, and makes nothing: the domain as xl prints it, and what it complains of. */
async function readByXl(text: string, argument: string): Promise<{ readonly domain: Understood; readonly complaints: readonly string[] }> {
  if ('missing' in files) throw new Error(files.missing);
  const path = `${scratch.path}/xl.cfg`;
  await writeFile(path, text);
  const env = { LD_PRELOAD: `${scratch.path}/no-hypervisor.so`, LD_LIBRARY_PATH: files.libraries, PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8' };
  const { stdout, stderr } = await run(join(files.binaries, 'xl'), ['create', '-n', path, argument], { env, timeout: 10_000 });
  const usual = /^(?:Failed to read config file: \/etc\/xen\/xl\.conf|Parsing config from )/;
  return { domain: JSON.parse(stdout) as Understood, complaints: stderr.split('\n').filter((line) => line !== '' && !usual.test(line)) };
}

describe.skipIf('missing' in files)('the genuine xl', () => {
  it.each(Object.entries(goldenDocuments))('takes the golden configuration %s without a complaint, and as it was meant', async (_name, { spec, facts }) => {
    const plan = planned(spec, facts);
    const { domain, complaints } = await readByXl(configOf(plan), plan.recipe.marker);
    expect(complaints).toEqual([]);
    expect(domain.c_info).toMatchObject({ name: 'web', type: plan.deviceModel.machine });
    expect(`uuid="${domain.c_info.uuid}"`).toBe(plan.recipe.marker);
    expect([domain.on_poweroff, domain.on_reboot, domain.on_watchdog, domain.on_crash, domain.on_soft_reset]).toEqual(Array.from({ length: 5 }, () => 'preserve'));
    expect(domain.b_info.max_vcpus).toBe(plan.cpus);

    const devices = (...classes: readonly string[]): typeof plan.deviceModel.devices => plan.deviceModel.devices.filter((device) => classes.includes(device.class));
    expect((domain.disks ?? []).map(({ pdev_path: image }) => image)).toEqual(devices('block', 'cdrom').map(({ backEnd }) => backEnd.host));
    expect((domain.nics ?? []).map(({ bridge, mac }) => ({ bridge, mac }))).toEqual(devices('network').map(({ properties: { bridge, mac } }) => ({ bridge, mac })));
    expect((domain.p9s ?? []).map(({ path }) => path)).toEqual(devices('share').map(({ backEnd }) => backEnd.host));
    expect(domain.pcidevs ?? []).toHaveLength(devices('pci').length);
    expect((domain.vtpms ?? []).map(({ backend_domname: name }) => name)).toEqual(devices('tpm').map(({ backEnd }) => backEnd.host));
    expect((domain.vtpms ?? []).filter(({ uuid }) => !configOf(plan).includes(`uuid=${uuid}`))).toEqual([]);
    expect((domain.pvcallsifs ?? []).map(({ backend_domname: name }) => name)).toEqual(devices('sockets').map(({ backEnd }) => backEnd.host));
    const media = plan.deviceModel.devices.filter(({ frontEnd }) => frontEnd === 'drm-xen-front');
    expect((domain.vdispls ?? []).map(({ backend_domname: host, connectors }) => ({ host, connectors: connectors.map(({ height, unique_id: connector, width }) => ({ connector, height, width })) }))).toEqual(media.map(({ backEnd, properties: { connector, height, width } }) => ({ host: backEnd.host, connectors: [{ connector, height, width }] })));
    expect((domain.vkbs ?? []).flatMap(({ backend_domname: host, backend_type: kind, unique_id: source }) => (host === undefined ? [] : [{ host, kind, source }]))).toEqual(media.map(({ backEnd, properties: { source } }) => ({ host: backEnd.host, kind: 'linux', source })));
    const cards = plan.deviceModel.devices.filter(({ frontEnd }) => frontEnd === 'snd-xen-front');
    expect((domain.vsnds ?? []).map(({ backend_domname: host, pcms }) => ({ host, streams: pcms.flatMap(({ streams }) => streams.map(({ type, unique_id: device }) => `${type} ${device}`)) }))).toEqual(cards.map(({ backEnd, properties: { device } }) => ({ host: backEnd.host, streams: [`p ${device as string}`, `c ${device as string}`] })));
    expect(domain.b_info['type.hvm']?.smbios_firmware).toBe(plan.recipe.files[1]?.path);
  });

  it('reads any text as it was written', { timeout: 60_000 }, async () => {
    const text = fc
      .oneof(fc.string({ unit: 'grapheme', minLength: 1 }), fc.array(fc.constantFrom('"', "'", '\\', '#', ';', '[', ']', ',', '=', 'n', 'x41', ' ', 'a'), { minLength: 1, maxLength: 12 }).map((parts) => parts.join('')))
      .filter((written) => !/[\p{Cc}\p{Cs}]/u.test(written));
    await fc.assert(
      fc.asyncProperty(text, fc.array(text, { minLength: 1, maxLength: 4 }), async (cmdline, list) => {
        const settings = { name: 'a', type: 'hvm', kernel: '/k', cmdline, device_model_args_hvm: list };
        const { domain } = await readByXl(xlConfigText(Object.entries(settings).map(([key, value]) => ({ key, value, field: 'spec' }))), 'memory=8');
        expect(domain.b_info).toMatchObject({ cmdline, extra_hvm: list });
      }),
      { numRuns: 60 },
    );
  });

  it('would have complained of a setting that it does not understand', async () => {
    const plan = planned({ memory: '64Mi', boot: { kernel: '/k' } });
    const { complaints } = await readByXl(`${configOf(plan)}vif = [ "nonsense" ]\n`, plan.recipe.marker);
    expect(complaints.join()).toContain('nonsense');
    await expect(readByXl(`${configOf(plan)}disk = [ "vdev=xvda" ]\n`, plan.recipe.marker)).rejects.toThrow(/no target specified/);
  });
});

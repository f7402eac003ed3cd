/** What xl prints of a domain that it only reads (`xl create -n`), and whether that is what was meant. The same for each xl. */
import { expect } from 'vitest';
import type { AnchorPlan } from '../../../src/hypervisor-adapters/contract/plan.js';
import { configOf } from './plan-requests.js';

/** What xl makes of a domain; of the many fields, those that are looked at here. */
export interface Understood {
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

/** Lines that xl prints on stderr about a configuration, but for those that each one has. */
export function complaintsOf(stderr: string): readonly string[] {
  const usual = /^(?:Failed to read config file: \/etc\/xen\/xl\.conf|Parsing config from )/;
  return stderr.split('\n').filter((line) => line !== '' && !usual.test(line));
}

/** Fails where xl understood another domain than the plan's. */
export function expectAsMeant(domain: Understood, plan: AnchorPlan): void {
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
}

/** The bytes that hvmloader gets, taken apart again as the SMBIOS specification has them; the guest's own tables are in the lab. */
import { describe, expect, it } from 'vitest';
import { configOf, planned, problemsOf, richFacts } from './plan-requests.js';

interface Structure {
  readonly type: number;
  readonly fixed: readonly number[];
  readonly texts: readonly string[];
}

function structuresOf(smbios: object): readonly Structure[] {
  const file = planned({ memory: '64Mi', smbios }, { ...richFacts, version: '4.17.5' }).recipe.files[1];
  const bytes = Buffer.from(file?.content ?? '', file?.encoding);
  const found: Structure[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 + bytes.readUInt32LE(at);
    const [type = 0, length = 0] = bytes.subarray(at + 4);
    const text = bytes.toString('utf8', at + 4 + length, end);
    expect(text.endsWith('\0\0')).toBe(true);
    found.push({ type, fixed: [...bytes.subarray(at + 8, at + 4 + length)], texts: text.slice(0, -2).split('\0') });
    at = end;
  }
  return found;
}

const uuid = '01234567-89ab-4cde-8f01-23456789abcd';
const uuidBytes = [...Buffer.from('0123456789ab4cde8f0123456789abcd', 'hex')];

describe('SMBIOS strings of an hvm guest', () => {
  it('are a structure of the system with all that the document says', () => {
    const smbios = { uuid, manufacturer: 'Maker', product: 'Thing', version: 'v1', serial: 'SN', sku: 'K', family: 'Föhn' };
    expect(structuresOf(smbios)).toEqual([{ type: 1, fixed: [1, 2, 3, 4, ...uuidBytes, 6, 5, 6], texts: ['Maker', 'Thing', 'v1', 'SN', 'K', 'Föhn'] }]);
  });

  it('leave what the document does not say as hvmloader has it', () => {
    expect(structuresOf({ uuid, family: 'F' })).toEqual([{ type: 1, fixed: [1, 2, 3, 4, ...uuidBytes, 6, 0, 5], texts: ['Xen', 'HVM domU', '4.17.5', uuid, 'F'] }]);
  });

  it('are a structure for the asset tag of the chassis, and one for the strings of the OEM', () => {
    const [chassis, oem, ...more] = structuresOf({ assetTag: 'A1', oemStrings: ['one', 'two, three'] });
    expect(chassis).toMatchObject({ type: 3, texts: ['Xen', 'A1'] });
    expect(chassis?.fixed.slice(0, 5)).toEqual([1, 1, 0, 0, 2]);
    expect(oem).toEqual({ type: 11, fixed: [2], texts: ['one', 'two, three'] });
    expect(more).toEqual([]);
  });

  it('need no file where there are none, and a PC where there are', () => {
    expect(planned({ memory: '64Mi', smbios: { uuid } }).recipe.files).toHaveLength(1);
    expect(planned({ memory: '64Mi', boot: { kernel: '/k' }, smbios: { serial: 'S' } }).deviceModel.machine).toBe('hvm');
  });

  it('go with the domain', () => {
    const { recipe } = planned({ memory: '64Mi', smbios: { serial: 'S' } });
    expect(recipe.transient).toContain(recipe.files[1]?.path);
  });
});

describe('domains that serve another one', () => {
  const direct = { memory: '64Mi', boot: { kernel: '/k' } } as const;
  const codes = (spec: object): readonly string[] => problemsOf({ ...direct, ...spec }).map(({ code, field }) => `${code} ${field}`);

  it('are named, not numbered', () => {
    expect(codes({ tpm: { version: '1.2' }, xen: { tpmBackend: '7' } })).toEqual(['PLAN_NAME_REFUSED spec.xen.tpmBackend']);
    expect(codes({ xen: { pvcalls: '0' } })).toEqual(['PLAN_NAME_REFUSED spec.xen.pvcalls']);
    expect(codes({ display: {}, sound: true, xen: { displayBackend: '1', soundBackend: '2' } })).toEqual(['PLAN_NAME_REFUSED spec.xen.displayBackend', 'PLAN_NAME_REFUSED spec.xen.soundBackend']);
  });

  it('are refused where they could serve nothing', () => {
    expect(codes({ xen: { tpmBackend: 'a' } })).toEqual(['PLAN_FIELD_CONFLICT spec.xen.tpmBackend']);
    expect(codes({ xen: { displayBackend: 'a', soundBackend: 'a' } })).toEqual(['PLAN_FIELD_CONFLICT spec.xen.displayBackend', 'PLAN_FIELD_CONFLICT spec.xen.soundBackend']);
    expect(codes({ display: { vnc: {} }, xen: { displayBackend: 'a' } })).toEqual(['PLAN_FIELD_CONFLICT spec.display.vnc']);
    expect(codes({ display: {}, sound: true, xen: { type: 'hvm', displayBackend: 'a', soundBackend: 'a' } })).toEqual(['PLAN_FIELD_CONFLICT spec.xen.displayBackend', 'PLAN_FIELD_CONFLICT spec.xen.soundBackend']);
  });

  it('may be the control domain, whose programs serve', () => {
    expect(codes({ tpm: { version: '1.2' }, display: {}, sound: true, xen: { tpmBackend: 'Domain-0', displayBackend: 'Domain-0', soundBackend: 'Domain-0', pvcalls: 'Domain-0' } })).toEqual([]);
  });

  it('make connections by their kernel, or by a program of dom0 where its kernel cannot', () => {
    const sockets = (backend: string, ...kernelBackEnds: readonly string[]): unknown => planned({ ...direct, xen: { pvcalls: backend } }, { ...richFacts, kernelBackEnds }).deviceModel.devices.find(({ id }) => id === 'pvcalls0')?.backEnd;
    expect(sockets('Domain-0', 'pvcalls')).toEqual({ kind: 'kernel', name: 'pvcalls-back', host: 'Domain-0' });
    expect(sockets('Domain-0')).toEqual({ kind: 'process', name: 'pvcalls', host: 'Domain-0' });
    expect(sockets('gateway')).toMatchObject({ kind: 'kernel', host: 'gateway' });
  });

  it('give a vTPM the same identity at each start, and each domain another', () => {
    const uuidOf = (root: string): string | undefined => /vtpm = .*uuid=([0-9a-f-]{36})/.exec(configOf(planned({ ...direct, tpm: { version: '1.2' }, xen: { tpmBackend: 'a' } }, richFacts, root)))?.[1];
    expect(uuidOf('/run/a')).toMatch(/^[0-9a-f]{8}-/);
    expect(uuidOf('/run/a')).toBe(uuidOf('/run/a'));
    expect(uuidOf('/run/a')).not.toBe(uuidOf('/run/b'));
  });
});

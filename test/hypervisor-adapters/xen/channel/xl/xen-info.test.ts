import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { readXenInfo } from '../../../../../src/hypervisor-adapters/xen/channel/xl/xen-info.js';
import { xlInfo, xlInfo420 } from '../../fake-xl.js';
import { anyText } from '../../../../support/any-text.js';

describe('what Xen says of itself', () => {
  it('is read as xl 4.17 prints it', () => {
    expect(readXenInfo(xlInfo())).toEqual({
      version: '4.17.7',
      major: 4,
      minor: 17,
      capabilities: ['xen-3.0-x86_64', 'hvm-3.0-x86_32', 'hvm-3.0-x86_32p', 'hvm-3.0-x86_64'],
      virtualization: ['pv', 'hvm', 'hvm_directio', 'pv_directio', 'hap', 'iommu_hap_pt_share', 'gnttab-v1', 'gnttab-v2'],
      commandLine: 'console=com1 com1=115200 dom0_mem=768M,max:768M loglvl=all guest_loglvl=all iommu=1 spec-ctrl=eager-fpu',
      cpus: 1,
      highestCpu: 0,
      totalMemoryMiB: 2047,
      freeMemoryMiB: 1255,
    });
  });

  it('is read as xl 4.20 prints it', () => {
    expect(readXenInfo(xlInfo(xlInfo420))).toMatchObject({ version: '4.20.5-pre', major: 4, minor: 20, capabilities: ['xen-3.0-x86_64', 'hvm-3.0-x86_32', 'hvm-3.0-x86_32p', 'hvm-3.0-x86_64'], totalMemoryMiB: 2047, freeMemoryMiB: 1255 });
  });

  it('has no virtualization where the CPU has none', () => {
    expect(readXenInfo(xlInfo({ virt_caps: 'pv shadow', xen_caps: 'xen-3.0-x86_64' }))).toMatchObject({ virtualization: ['pv', 'shadow'], capabilities: ['xen-3.0-x86_64'] });
  });

  it.each(['xen_major', 'xen_version', 'nr_cpus', 'max_cpu_id', 'total_memory', 'free_memory'])('is nothing without %s, as where no Xen answers', (key) => {
    expect(readXenInfo(xlInfo().replace(new RegExp(`^${key} .*$`, 'm'), ''))).toBeUndefined();
  });

  it('is not changed by a command line that looks like more of it', () => {
    expect(readXenInfo(xlInfo({ xen_commandline: 'a free_memory : 7\nfree_memory            : 7' }))).toMatchObject({ freeMemoryMiB: 1255 });
  });

  test('never throws', () => {
    fc.assert(fc.property(anyText({ maxLength: 300 }), (noise) => void readXenInfo(noise)));
  });
});

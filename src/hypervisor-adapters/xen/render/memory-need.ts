import type { PlanContext } from './part.js';

const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;
/** LIBXL_PV_EXTRA_MEMORY and LIBXL_HVM_EXTRA_MEMORY of libxl_internal.h; pvh counts as hvm. */
const extra = { pv: 1 * mebibyte, pvh: 2 * mebibyte, hvm: 2 * mebibyte } as const;
/** Xen hands out memory in pieces of this size. */
const granule = 2 * mebibyte;

/**
 * Memory in bytes that Xen must have free for the domain, as libxl_domain_need_memory of Xen 4.17 and 4.20 counts it before it makes one: the guest's
 * own, 1 or 2 MiB, and the paging pool, which is 1 MiB a vCPU and a page (4 KiB) for each MiB of guest memory that pvh and hvm may have, and
 * another where the CPU has no nested paging or the guest is pv (libxl__get_required_paging_memory). Passed-through devices without a shared
 * table add the page tables of the IOMMU.
 *
 * The QEMU and xl of a guest live in dom0, and take nothing of this.
 */
export function memoryNeed({ document: { spec }, facts, type }: PlanContext): number {
  if (spec.memoryOverhead !== undefined) return spec.memory.size + spec.memoryOverhead;
  const hap = type !== 'pv' && facts.devices.includes('hap');
  const pagesPerMebibyte = (type === 'pv' ? 0 : 1) + (hap ? 0 : 1);
  const paging = spec.cpu.max * mebibyte + pagesPerMebibyte * Math.floor(spec.memory.max / mebibyte) * 4 * kibibyte;
  const shared = hap && facts.devices.includes('iommu_hap_pt_share');
  const iommu = spec.pci.length > 0 && !shared ? iommuTables(spec.memory.max) : 0;
  return Math.ceil((spec.memory.size + extra[type] + paging + iommu) / granule) * granule;
}

/** Four levels of 512 entries (libxl__get_required_iommu_memory). */
function iommuTables(memory: number): number {
  let pages = Math.floor(memory / (4 * kibibyte));
  let tables = 0;
  for (let level = 0; level < 4; level += 1) {
    pages = Math.ceil(pages / 512);
    tables += pages;
  }
  return tables * 4 * kibibyte;
}

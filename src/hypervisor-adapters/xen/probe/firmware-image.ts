/** What can be told of a firmware image by the bytes that it is stored as. */

/** How a build of edk2's OvmfXen begins, so that Xen can start it as the kernel of a pvh guest. CLOUDHV.fd, for Cloud Hypervisor, does as well. */
const kernelHeader = Buffer.from('\x7fELF');

/** What Xen says of itself in CPUID: only code that looks for Xen has it. */
export const xenSignature = Buffer.from('XenVMMXenVMM');

/** EE4E5898-3914-4259-9D6E-DC7BD79403CF as UEFI stores it: a section that is compressed as LZMA. */
const lzmaSection = Buffer.from('98584eee143959429d6edc7bd79403cf', 'hex');
/** EFI_GUID_DEFINED_SECTION of the Platform Initialization specification, volume 3: three bytes of size, one of type, the GUID, offset of the data. */
const guidedType = 2;
const guidAt = 4;
const dataOffsetAt = 20;
const guidedHeader = 24;

/** Bytes of the image. */
export interface ImagePart {
  readonly offset: number;
  readonly length: number;
}

export function beginsAsKernel(image: Buffer): boolean {
  return image.subarray(0, kernelHeader.length).equals(kernelHeader);
}

/** Where data compressed as LZMA lie in it, each a whole `.lzma` file. The volumes with most of a build's drivers are in one such section. */
export function lzmaParts(image: Buffer): readonly ImagePart[] {
  const found: ImagePart[] = [];
  for (let at = image.indexOf(lzmaSection); at >= 0; at = image.indexOf(lzmaSection, at + 1)) {
    const section = at - guidAt;
    // The firmware's own code that looks for such sections holds the GUID, too.
    if (section < 0 || section + guidedHeader > image.length || image.readUInt8(section + 3) !== guidedType) continue;
    const size = image.readUIntLE(section, 3);
    const data = image.readUInt16LE(section + dataOffsetAt);
    if (data >= guidedHeader && data < size && section + size <= image.length) found.push({ offset: section + data, length: size - data });
  }
  return found;
}

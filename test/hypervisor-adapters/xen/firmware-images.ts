import { execa } from 'execa';

/** As a build of edk2 stores it: EFI_GUID_DEFINED_SECTION with the GUID of LZMA, in a volume of nothing else. */
const lzmaGuid = Buffer.from('98584eee143959429d6edc7bd79403cf', 'hex');
const headerBytes = 24;
const sectionAt = 0x90;

/** A firmware image whose compressed volume holds these bytes among many others. `begin`: its first bytes, zeros where none are given. */
export async function imageWith(content: string, { begin = '' } = {}): Promise<Buffer> {
  const volume = Buffer.concat([Buffer.alloc(512 * 1024, 'volume '), Buffer.from(content), Buffer.alloc(256 * 1024)]);
  const { stdout } = await execa('xz', ['--format=lzma', '-0', '--stdout'], { input: volume, encoding: 'buffer', timeout: 30_000 });
  const section = Buffer.alloc(headerBytes);
  section.writeUIntLE(headerBytes + stdout.length, 0, 3);
  section.writeUInt8(2, 3);
  section.set(lzmaGuid, 4);
  section.writeUInt16LE(headerBytes, 20);
  section.writeUInt16LE(1, 22);
  const image = Buffer.concat([Buffer.alloc(sectionAt), section, stdout, Buffer.alloc(4096, 0xff), lzmaGuid, Buffer.alloc(4096, 0xff)]);
  image.write(begin, 'latin1');
  return image;
}

/** What a scenario with displays and sound cards brings along: their back ends for dom0, programs for the guest, and what these show and play. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cpio } from '../../build/cpio.js';
import { buildBackEnd, buildGuestProgram, programPackages } from './build.js';

/** Where they are in dom0. The archive is to be appended to a guest's initrd, and has the programs as /lab/draw and /lab/sound. */
export const onShare = { display: '/project/media/vdispl', sound: '/project/media/vsnd', programs: '/project/media/programs.cpio' } as const;

export async function putMediaOnShare(share: string): Promise<void> {
  const directory = join(share, 'media');
  mkdirSync(directory);
  const tree = await programPackages(['libdrm-dev']);
  for (const name of ['vdispl', 'vsnd']) await buildBackEnd(tree, name, join(directory, name));
  const programs = ['draw', 'sound'].map((name) => ({ path: `lab/${name}`, built: join(directory, name), name }));
  for (const { built, name } of programs) await buildGuestProgram(tree, `guest/${name}`, built);
  writeFileSync(join(directory, 'programs.cpio'), cpio(programs.map(({ built, path }) => ({ path, kind: 'file', data: readFileSync(built), executable: true }))));
}

/** The picture that `guest/draw.c` draws, as `vdispl/picture.c` keeps it. */
export function pictureOf(number: number, width: number, height: number): Buffer {
  const pixels = Buffer.alloc(3 * width * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) pixels.set([x & 0xff, y & 0xff, (number * 85 + x * 3 + y * 7) & 0xff], 3 * (y * width + x));
  return Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), pixels]);
}

const samples = 50_000;

function samplesOf(sample: (number: number) => number): Buffer {
  const made = Buffer.alloc(2 * samples);
  for (let number = 0; number < samples; number++) made.writeInt16LE(sample(number), 2 * number);
  return made;
}

/** What `guest/sound.c` plays. */
export const tone = (): Buffer =>
  samplesOf((number) => {
    const phase = number % 16;
    return (phase < 8 ? phase - 4 : 12 - phase) * (100 + Math.floor(number / 8));
  });

/** What it hears, by `vsnd/sound.c`. */
export const sawTooth = (): Buffer => samplesOf((number) => ((number * 257) << 16) >> 16);

/**
 * Records a real run of the demo as docs/pictures/demo.svg: `npx tsx scripts/record-demo.ts`. A developer's tool; needs `script` of
 * util-linux for the terminal.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawRecording } from './recording/draw.js';
import { playBack } from './recording/play-back.js';
import { screenOf } from './recording/screen.js';

const target = join(import.meta.dirname, '../docs/pictures/demo.svg');
/** Of util-linux; no package of ours. */
const recorder = 'script';
const columns = 80;
const most = 150 * 1024;

const scratch = mkdtempSync(join(tmpdir(), 'windlass-recording-'));
try {
  const [output, timing] = [join(scratch, 'output'), join(scratch, 'timing')];
  const command = `stty cols ${columns} rows 40; exec ${process.execPath} --import tsx scripts/demo/main.ts`;
  execFileSync(recorder, ['--quiet', '--return', '--log-out', output, '--log-timing', timing, '--command', command], {
    cwd: join(import.meta.dirname, '..'),
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, TERM: 'xterm-256color' },
  });
  const frames = playBack(readFileSync(output), readFileSync(timing, 'utf8'), screenOf(columns));
  const svg = drawRecording(frames, { columns, command: 'npm run demo', hold: 6 });
  if (svg.length > most) throw new Error(`the picture has ${svg.length} bytes, more than ${most}`);
  writeFileSync(target, svg);
  process.stdout.write(`${target}: ${frames.length} frames, ${svg.length} bytes\n`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

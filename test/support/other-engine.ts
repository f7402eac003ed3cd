import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ParsedDocument } from '../../src/index.js';

export interface OtherEngine {
  readonly pid: number;
  /** SIGKILL; resolves when the process is gone. Its anchors live on. */
  kill(): Promise<void>;
}

/** Runs an engine in another process, and resolves when its domains are as desired. It is killed when the test ends. */
export async function startOtherEngine(root: string, documents: readonly ParsedDocument[]): Promise<OtherEngine> {
  const file = join(root, 'documents.yaml');
  writeFileSync(file, documents.map(({ text }) => text).join('\n---\n'));
  const script = join(import.meta.dirname, 'engine-process.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, root, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  onTestFinished(kill);
  const said = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').once('data', resolve);
    child.once('exit', (code) => reject(new Error(`the other engine ended with code ${String(code)}`)));
  });
  if (said.trim() !== 'settled') throw new Error(`the other engine says ${said}`);
  return { pid: child.pid ?? 0, kill };
}

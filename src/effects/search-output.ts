import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { WindlassError } from '../errors.js';
import { fileError, saysAbsent } from './errno.js';
import type { OutputSearch } from './ports/processes.js';

/** See `ProcessPort.searchOutput`. */
export function searchOutput(executable: string, args: readonly string[], { input, sought, timeout }: OutputSearch): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(executable, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    const part = createReadStream(input.path, { start: input.offset, end: input.offset + input.length - 1 });
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      part.destroy();
      child.kill('SIGKILL');
      act();
    };
    const failed = (code: 'COMMAND_NOT_FOUND' | 'COMMAND_FAILED', why: string, cause?: Error): void => {
      settle(() => reject(new WindlassError(code, `cannot run ${executable}: ${why}`, { cause })));
    };
    const timer = setTimeout(() => failed('COMMAND_FAILED', `it has not ended after ${timeout} ms`), timeout);

    part.once('error', (error) => settle(() => reject(fileError(error, 'read', input.path))));
    child.once('error', (error) => failed(saysAbsent(error) ? 'COMMAND_NOT_FOUND' : 'COMMAND_FAILED', error.message, error));
    // One that ends before it has read everything is judged by how it ended.
    child.stdin.once('error', () => part.destroy());
    part.pipe(child.stdin);

    const needle = Buffer.from(sought);
    let kept = Buffer.alloc(0);
    child.stdout.on('data', (chunk: Buffer) => {
      // What is sought may lie across the border of two chunks.
      const seen = Buffer.concat([kept, chunk]);
      if (seen.includes(needle)) settle(() => resolve(true));
      else kept = seen.subarray(Math.max(0, seen.length - needle.length + 1));
    });
    child.once('close', (code, signal) => {
      if (code === 0) settle(() => resolve(false));
      else failed('COMMAND_FAILED', `it ended with ${signal ?? code ?? '?'}`);
    });
  });
}

/** A few commands for a QEMU that is xl's: asked, answered, and let go of, since its monitor serves one client at a time. */
import type { ClockPort } from '../../../../effects/ports/clock.js';
import type { Connection } from '../../../../effects/ports/sockets.js';
import { WindlassError } from '../../../../errors.js';

export interface QmpCommand {
  readonly execute: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
}

/** Characters without a line's end; no answer to what is asked here is longer. */
const longestLine = 65_536;

/**
 * Resolves to the answers, in the order of the commands; closes the connection in any case. Rejects with QMP_NO_GREETING when somebody else
 * has the monitor for `deadline` milliseconds, QMP_TIMEOUT, QMP_CLOSED, QMP_PROTOCOL, QMP_COMMAND_FAILED for the first that is refused, or the
 * signal's reason. No message has anything of the arguments.
 */
export function exchange(connection: Connection, commands: readonly QmpCommand[], { clock, deadline, signal }: { readonly clock: ClockPort; readonly deadline: number; readonly signal: AbortSignal }): Promise<readonly unknown[]> {
  const asked = [{ execute: 'qmp_capabilities' }, ...commands];
  const answers: unknown[] = [];
  const decoder = new TextDecoder();
  const over = new AbortController();
  let greeted = false;
  let rest = '';
  return new Promise<readonly unknown[]>((resolve, reject) => {
    const fail = (code: string, message: string): void => reject(new WindlassError(code, `the monitor of the domain's QEMU ${message}`, { retryable: true }));
    const heard = (message: unknown): void => {
      if (has(message, 'QMP')) greeted = true;
      else if (has(message, 'error')) fail('QMP_COMMAND_FAILED', `refused ${asked[answers.length]?.execute ?? '?'}: ${descriptionOf(message.error)}`);
      else if (has(message, 'return')) answers.push(message.return);
      if (answers.length === asked.length) resolve(answers.slice(1));
    };
    connection.received.subscribe({
      next: (bytes) => {
        const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
        rest = lines.pop() ?? '';
        if (rest.length > longestLine) fail('QMP_PROTOCOL', 'does not end its line');
        for (const line of lines) {
          try {
            if (line.trim() !== '') heard(JSON.parse(line));
          } catch {
            fail('QMP_PROTOCOL', 'said what is no JSON');
          }
        }
      },
      error: () => fail('QMP_CLOSED', 'broke off'),
      complete: () => fail('QMP_CLOSED', 'was closed'),
    });
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true, signal: over.signal });
    clock.sleep(deadline, over.signal).then(
      () => (greeted ? fail('QMP_TIMEOUT', `did not answer within ${deadline} ms`) : fail('QMP_NO_GREETING', `did not greet within ${deadline} ms; another client may have it`)),
      () => undefined,
    );
    // QEMU carries them out in order, and keeps what comes before its greeting.
    connection.send(asked.map((command) => `${JSON.stringify(command)}\n`).join(''));
  }).finally(() => {
    over.abort();
    connection.close();
  });
}

function has<Key extends string>(message: unknown, key: Key): message is Readonly<Record<Key, unknown>> {
  return typeof message === 'object' && message !== null && key in message;
}

function descriptionOf(error: unknown): string {
  return has(error, 'desc') && typeof error.desc === 'string' ? error.desc.slice(0, 200) : 'it did not say why';
}

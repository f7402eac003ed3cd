/**
 * Who may start now: memory with overhead must fit the host, and only so many anchors start at once, since starting all together makes
 * each of them late and none of them earlier. First come, first served; fails closed.
 */
import { WindlassError } from '../errors.js';

export interface AdmissionLimits {
  /** Bytes that all domains together may take. */
  readonly memoryBytes: number;
  /** Anchors that may be starting at one time. */
  readonly starting: number;
}

export interface AdmissionRequest {
  readonly name: string;
  readonly memoryBytes: number;
  readonly signal: AbortSignal;
  /** Told once if there is something to wait for. */
  readonly onWait: (reason: string, message: string) => void;
}

interface Waiting extends AdmissionRequest {
  readonly admitted: () => void;
}

export interface Admission {
  /** Resolves when the domain may start. Rejects with ADMISSION_NEVER if it can never fit, or with the signal's reason. */
  admit(request: AdmissionRequest): Promise<void>;
  /** An anchor that lives already takes its memory without asking. */
  adopt(name: string, memoryBytes: number): void;
  /**
   * An anchor that lives takes this much from now on. Throws INSUFFICIENT_MEMORY where more than it has is not free, or is waited for by
   * others.
   */
  resize(name: string, memoryBytes: number): void;
  /** The domain is no longer starting: the next may. */
  started(name: string): void;
  /** The domain holds nothing any more. */
  release(name: string): void;
}

export function createAdmission(limits: AdmissionLimits): Admission {
  const held = new Map<string, number>();
  const starting = new Set<string>();
  /** Whoever asks again, after a deadline, has its old place in the queue: a large domain must not starve behind small ones. */
  const turns = new Map<string, number>();
  let turn = 0;
  let queue: Waiting[] = [];
  let used = 0;

  const take = (name: string, bytes: number): void => {
    used += bytes - (held.get(name) ?? 0);
    held.set(name, bytes);
  };
  const obstacle = ({ memoryBytes, name }: AdmissionRequest): [string, string] | undefined => {
    const free = limits.memoryBytes - used + (held.get(name) ?? 0);
    if (memoryBytes > free) return ['INSUFFICIENT_MEMORY', `needs ${mebi(memoryBytes)}, and ${mebi(Math.max(free, 0))} are free for domains`];
    if (starting.size >= limits.starting && !starting.has(name)) return ['STARTING_OTHERS', `${starting.size} other domains are starting`];
    return undefined;
  };
  const turnOf = ({ name }: AdmissionRequest): number => turns.get(name) ?? turn;
  const grant = (request: AdmissionRequest): void => {
    turns.delete(request.name);
    take(request.name, request.memoryBytes);
    starting.add(request.name);
  };
  const serve = (): void => {
    for (let next = queue[0]; next !== undefined && obstacle(next) === undefined; next = queue[0]) {
      queue.shift();
      grant(next);
      next.admitted();
    }
  };

  return {
    admit(request) {
      if (request.memoryBytes > limits.memoryBytes)
        return Promise.reject(
          new WindlassError('ADMISSION_NEVER', `needs ${mebi(request.memoryBytes)} with overhead; this host has ${mebi(limits.memoryBytes)} for domains`, {
            domain: request.name,
            cure: 'ask for less memory, or raise the engine\'s memory limit',
          }),
        );
      const reason = queue.length > 0 ? (['STARTING_OTHERS', `${queue.length} domains wait before it`] as const) : obstacle(request);
      if (reason === undefined) {
        grant(request);
        return Promise.resolve();
      }
      request.onWait(reason[0], reason[1]);
      return new Promise((resolve, reject) => {
        const abort = (): void => {
          queue = queue.filter((waiting) => waiting !== entry);
          reject(request.signal.reason as Error);
          serve();
        };
        const entry: Waiting = {
          ...request,
          admitted: () => {
            request.signal.removeEventListener('abort', abort);
            resolve();
          },
        };
        request.signal.addEventListener('abort', abort, { once: true });
        const asksAgain = turns.has(request.name);
        if (!asksAgain) turns.set(request.name, ++turn);
        queue.push(entry);
        if (asksAgain) queue.sort((one, other) => turnOf(one) - turnOf(other));
      });
    },
    adopt: take,
    resize(name, memoryBytes) {
      const more = memoryBytes - (held.get(name) ?? 0);
      const free = limits.memoryBytes - used;
      const taken = queue.length > 0 ? `, for which ${queue.length} domains wait` : '';
      if (more > 0 && (more > free || queue.length > 0)) {
        throw new WindlassError('INSUFFICIENT_MEMORY', `needs ${mebi(more)} more, and ${mebi(Math.max(free, 0))} are free for domains${taken}`, { domain: name, retryable: true });
      }
      take(name, memoryBytes);
      serve();
    },
    started(name) {
      if (starting.delete(name)) serve();
    },
    release(name) {
      turns.delete(name);
      starting.delete(name);
      used -= held.get(name) ?? 0;
      held.delete(name);
      serve();
    },
  };
}

function mebi(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}

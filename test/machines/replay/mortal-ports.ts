/** Ports of an engine that can be dead: then nothing that it does has an effect any more, and nothing is answered. */
import type { LaunchedProcess } from '../../../src/effects/ports/processes.js';
import type { Ports } from '../../../src/effects/ports.js';

/** A process that was ordered, and has not come to be. */
export interface Order {
  /** It comes to be, whoever waits for it. */
  readonly start: () => void;
  readonly refuse: () => void;
}

export interface MortalPorts {
  readonly ports: Ports;
  die(): void;
}

type Method = (...given: readonly unknown[]) => unknown;

/** `ordered` is told of each process that this engine orders; the order is the kernel's, and outlives the engine. */
export function mortalPorts(real: Ports, ordered: (order: Order) => void): MortalPorts {
  let dead = false;
  const never = new Promise<never>(() => undefined);
  const mortal = (method: Method): Method => (...given) => {
    if (dead) return never;
    const answer = method(...given);
    return answer instanceof Promise ? answer.then((value: unknown) => (dead ? never : value)) : answer;
  };
  const port = (methods: object): object =>
    Object.fromEntries(Object.entries(methods).map(([name, method]: [string, unknown]) => [name, typeof method === 'function' ? mortal(method as Method) : method]));
  const launchDetached: Ports['processes']['launchDetached'] = (request) =>
    new Promise<LaunchedProcess>((resolve, reject) => {
      ordered({
        start: () => {
          real.processes.launchDetached(request).then(resolve, reject);
        },
        refuse: () => reject(new Error('the process did not come to be')),
      });
    });
  const held: Ports = { ...real, processes: { ...real.processes, launchDetached } };
  return {
    ports: Object.fromEntries(Object.entries(held).map(([name, methods]: [string, object]) => [name, port(methods)])) as unknown as Ports,
    die: () => {
      dead = true;
    },
  };
}

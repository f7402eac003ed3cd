/** The engine's own machine with its own effects, each of them held until the scenario says how it goes. */
import { fromEventObservable, fromPromise } from 'xstate';
import type { Subscribable } from 'xstate';
import type { domainMachine } from '../../../src/machines/domain.js';
import type { DomainObservation, EffectInput } from '../../../src/machines/domain/events.js';

type Machine = typeof domainMachine;

/** Actor logic of xstate that was made from a function keeps it. */
interface Made<Result> {
  readonly config: (scope: unknown) => Result;
}

/** An effect that the machine has asked for. */
export interface HeldCall {
  readonly name: string;
  readonly signal: AbortSignal;
  /** Does what the engine does, once; settles as it does. */
  readonly work: () => Promise<unknown>;
  readonly answer: (output: unknown) => void;
  readonly fail: (error: Error) => void;
  settled: boolean;
}

export interface HeldMachine {
  readonly calls: readonly HeldCall[];
  /** What was seen on the host and has not been told to the machine. */
  readonly seen: DomainObservation[];
  tell(seen: DomainObservation): void;
  readonly hold: (machine: Machine) => Machine;
}

const names = [
  ...['observe', 'plan', 'admit', 'reserve', 'prepare', 'release', 'launch', 'connect', 'boot', 'probe', 'pause', 'resume', 'suspend', 'weigh', 'count', 'resize'],
  ...['note', 'ask', 'press', 'quit', 'terminate', 'kill', 'capture', 'reap'],
] as const;

export function heldMachine(): HeldMachine {
  const calls: HeldCall[] = [];
  const seen: DomainObservation[] = [];
  let listener: ((event: DomainObservation) => void) | undefined;

  const held = (name: string, real: Made<PromiseLike<unknown>>) =>
    fromPromise<unknown, EffectInput>(
      (scope) =>
        new Promise((resolve, reject) => {
          let ran: Promise<unknown> | undefined;
          const call: HeldCall = {
            name,
            signal: scope.signal,
            work: () => (ran ??= Promise.resolve(real.config(scope))),
            answer: (output) => {
              call.settled = true;
              resolve(output);
            },
            fail: (error) => {
              call.settled = true;
              reject(error);
            },
            settled: false,
          };
          calls.push(call);
        }),
    );

  /** The real watch goes on; what it tells waits here. */
  const heldWatch = (real: Made<Subscribable<DomainObservation>>) =>
    fromEventObservable<DomainObservation, EffectInput>((scope) => {
      const source = real.config(scope);
      return {
        subscribe: (observer: unknown) => {
          listener = (event) => (observer as { next: (event: DomainObservation) => void }).next(event);
          seen.length = 0;
          const subscription = source.subscribe((event) => void seen.push(event));
          return {
            unsubscribe: () => {
              listener = undefined;
              subscription.unsubscribe();
            },
          };
        },
      };
    });

  return {
    calls,
    seen,
    tell: (event) => listener?.(event),
    hold: (machine) => {
      const actors = machine.implementations.actors as unknown as Readonly<Record<string, Made<never>>>;
      const effects = Object.fromEntries(names.map((name) => [name, held(name, actorOf(actors, name))]));
      return machine.provide({ actors: { ...effects, watch: heldWatch(actorOf(actors, 'watch')) } });
    },
  };
}

function actorOf(actors: Readonly<Record<string, Made<never>>>, name: string): Made<never> {
  const actor = actors[name];
  if (actor === undefined) throw new Error(`the machine has no effect ${name}`);
  return actor;
}

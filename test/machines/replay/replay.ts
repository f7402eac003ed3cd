/**
 * Plays a scenario of the model checker on the engine as it is: its own composition, actors, records and claims, over a host in memory.
 * Each step of the scenario is made to happen, and after each the engine must be in the state that the model was in.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { startEngine } from '../../../src/engine/create-engine.js';
import type { Engine } from '../../../src/engine/engine.js';
import { parseDocuments, type ParsedDocument } from '../../../src/documents/parse.js';
import type { Ports } from '../../../src/effects/ports.js';
import { domainMachine } from '../../../src/machines/domain.js';
import type { DomainObservation } from '../../../src/machines/domain/events.js';
import type { RunState } from '../../../src/machines/observations.js';
import type { SimulatedHost } from '../../support/simulated-host.js';
import { simulatedHost } from '../../support/simulated-host.js';
import type { Setting } from '../model/documents.js';
import type { TraceStep } from '../model/explore.js';
import type { Machine } from '../model/machine.js';
import { answerDelivered, startsWork } from './deeds.js';
import type { HeldCall, HeldMachine } from './held-machine.js';
import { heldMachine } from './held-machine.js';
import { mortalPorts, type MortalPorts, type Order } from './mortal-ports.js';
import { HeldTimers } from './timers.js';

/** Milliseconds for what a step leads to. Nothing waits for anything but the host in memory. */
const patience = 2_000;
/** Milliseconds for an effect to do what it does, where it answers nothing for as long as it is wanted. */
const moment = 300;
const name = 'hello';

export interface Divergence {
  /** Counts from 1. */
  readonly step: number;
  readonly expected: string;
  readonly found: string;
}

export interface Replayed {
  /** Where the engine did not follow the model; null where it did to the end. */
  readonly divergence: Divergence | null;
  /** The most anchors that the domain had at one time. */
  readonly mostAnchors: number;
  readonly anchors: number;
}

/** `machine` takes the place of the engine's own, effects and all else being the engine's. */
export async function replay(setting: Setting, trace: readonly TraceStep[], machine: Machine = domainMachine): Promise<Replayed> {
  const stage = new ReplayStage(setting, machine);
  try {
    for (const [index, step] of trace.entries()) {
      const found = await stage.take(step);
      // With neither document nor state there is no domain to look for.
      if (step.who === 'engine' && found === 'gone') break;
      if (found !== step.state) return { divergence: { step: index + 1, expected: step.state, found }, ...stage.count() };
    }
    return { divergence: null, ...stage.count() };
  } finally {
    stage.leave();
  }
}

interface Life {
  readonly engine: Engine;
  readonly machine: HeldMachine;
  readonly timers: HeldTimers;
  readonly mortal: MortalPorts;
}

class ReplayStage {
  readonly #host: SimulatedHost = simulatedHost();
  readonly #setting: Setting;
  readonly #machine: Machine;
  #orders: Order[] = [];
  #documents: readonly ParsedDocument[] = [];
  #life: Life | undefined;
  /** Rungs that had nothing to act on. */
  readonly #idle = new WeakSet<HeldCall>();

  constructor(setting: Setting, machine: Machine) {
    this.#setting = setting;
    this.#machine = machine;
  }

  count(): { readonly mostAnchors: number; readonly anchors: number } {
    return { mostAnchors: this.#host.mostPerDomain(), anchors: this.#host.living() };
  }

  leave(): void {
    this.#life?.mortal.die();
  }

  /** Makes one step happen. Resolves to the state that the engine is in afterwards. */
  async take(step: TraceStep): Promise<string> {
    await this.#act(step);
    let found = this.#state();
    for (const end = Date.now() + patience; found !== step.state && Date.now() < end; found = this.#state()) await sleep(2);
    return found;
  }

  #state(): string {
    return this.#life?.engine.get(name)?.state ?? 'gone';
  }

  async #act({ what, who }: TraceStep): Promise<void> {
    switch (who) {
      case 'user':
        return this.#user(what);
      case 'engine':
        return this.#crash();
      case 'host':
        { this.#hostDoes(what); return; }
      case 'channel':
        return this.#tell(what);
      case 'time':
        this.#live().timers.pass();
        return;
      case 'effect':
        return this.#effect(what);
    }
  }

  async #user(what: string): Promise<void> {
    if (what === 'retry') {
      this.#live().engine.retry(name);
      return;
    }
    this.#documents = documentsFor(what.replace(/^document(?: again)?: /, ''), this.#setting);
    if (this.#life === undefined) await this.#begin();
    await this.#live().engine.apply(this.#documents);
  }

  async #begin(): Promise<void> {
    const machine = heldMachine();
    const timers = new HeldTimers();
    const mortal = mortalPorts(this.#host.ports, (order) => void this.#orders.push(order));
    const ports: Ports = mortal.ports;
    const engine = await startEngine({ stateDirectory: '/replay', adapters: [this.#host.adapter], orphans: 'reap' }, ports, () => Promise.resolve(), {
      hold: ({ implementations }) => machine.hold(this.#machine.provide(implementations)),
      clock: timers,
    });
    this.#life = { engine, machine, timers, mortal };
  }

  async #crash(): Promise<void> {
    this.#live().mortal.die();
    await this.#begin();
    await this.#live().engine.apply(this.#documents);
  }

  #hostDoes(what: string): void {
    const [pid] = this.#host.pids().slice(-1);
    if (what === 'the process of an abandoned launch appears') this.#orders.shift()?.start();
    else if (what === 'the abandoned launch comes to nothing') this.#orders.shift()?.refuse();
    else if (what === 'the anchor dies') this.#host.kill(pid ?? 0);
    else this.#host.become(pid ?? 0, what.replace('the guest is ', '') as RunState);
  }

  async #tell(what: string): Promise<void> {
    const { machine } = this.#live();
    const incarnation = this.#live().engine.get(name)?.incarnation ?? 0;
    if (what === 'is silent') machine.tell({ type: 'channel.silent', forMilliseconds: 1, incarnation });
    else if (what === 'answers again') machine.tell({ type: 'channel.answering', incarnation });
    else if (what === 'is lost') {
      forget(machine.seen);
      machine.tell({ type: 'channel.lost', reason: 'replayed', incarnation });
    } else {
      const wanted = what === 'tells that the anchor exited' ? 'anchor.exited' : what.replace('tells that the guest is ', '');
      const seen = await until(() => machine.seen.findIndex((one) => inWords(one) === wanted), (at) => at >= 0, patience);
      for (const one of machine.seen.splice(0, seen + 1).slice(-1)) machine.tell(one);
    }
  }

  async #effect(what: string): Promise<void> {
    const [effect = '', ...rest] = what.split(' ');
    const deed = rest.join(' ');
    const { machine } = this.#live();
    const call = await until(
      () => machine.calls.findLast((one) => one.name === effect && !one.settled && !one.signal.aborted),
      (one) => one !== undefined,
      patience,
    );
    if (call === undefined) throw new Error(`the engine has not asked for ${effect}`);
    // This engine's rung waits for a launch that is under way; the model's acts at once, on nothing.
    if (call.name === 'terminate' && this.#orders.length > 0) this.#idle.add(call);
    if (this.#idle.has(call)) {
      if (!startsWork(deed)) call.answer(undefined);
    } else if (startsWork(deed)) await this.#work(call, deed, machine);
    else await answerDelivered(call, deed, { refuseOrder: () => this.#orders.shift()?.refuse(), moment });
  }

  async #work(call: HeldCall, deed: string, machine: HeldMachine): Promise<void> {
    const before = this.#orders.length;
    if (call.name === 'connect') forget(machine.seen);
    const working = call.work().catch(() => undefined);
    if (deed === 'orders the process') await until(() => this.#orders.length, (count) => count > before, patience);
    else if (deed === 'has started the process') {
      this.#orders.pop()?.start();
      await working;
    } else await Promise.race([working, sleep(moment)]);
  }

  #live(): Life {
    if (this.#life === undefined) throw new Error('the scenario does not begin with a document');
    return this.#life;
  }
}

/** What no channel told is read by the next that is opened; the end of the anchor is told without one. */
function forget(seen: DomainObservation[]): void {
  seen.splice(0, seen.length, ...seen.filter(({ type }) => type === 'anchor.exited'));
}

function inWords(seen: DomainObservation): string {
  if (seen.type === 'guest.state') return seen.state;
  return seen.type === 'guest.shutdown' ? 'shutdown' : seen.type;
}

async function until<Value>(look: () => Value, holds: (value: Value) => boolean, deadline: number): Promise<Value> {
  let value = look();
  for (const end = Date.now() + deadline; !holds(value) && Date.now() < end; value = look()) await sleep(2);
  return value;
}

function documentsFor(label: string, { onChange, policy }: Setting): readonly ParsedDocument[] {
  if (label === 'removed') return [];
  const spec = { memory: label === 'another device model' ? '65Mi' : '64Mi', power: label === 'suspended' || label === 'paused' || label === 'halted' ? label : 'running', onChange, restart: policy };
  const parsed = parseDocuments([{ file: '/replay.json', text: JSON.stringify({ apiVersion: 'windlass/v1', kind: 'Domain', metadata: { name }, spec: { ...spec, hypervisor: 'process' } }) }]);
  if (!parsed.ok) throw new Error(`the replay's own document is wrong: ${JSON.stringify(parsed.problems)}`);
  return parsed.documents;
}

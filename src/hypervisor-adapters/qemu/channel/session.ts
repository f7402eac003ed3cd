import type { ClockPort } from '../../../effects/ports/clock.js';
import type { Connection } from '../../../effects/ports/sockets.js';
import type { Observation, RunState } from '../../../machines/observations.js';
import type { AnchorSession } from '../../contract/session.js';
import { startQmp, type QmpClient, type QmpEnd } from './client.js';
import { isQmpError, qmpError } from './errors.js';
import { createHeldStream } from './held-stream.js';
import type { QmpEvent } from './messages.js';
import { meaningOf, observe } from './observe.js';
import type { Rounds } from '../../../anchors/rounds.js';
import { createSilenceDetector } from './silence.js';

export interface QemuSessionOptions {
  readonly clock: ClockPort;
  /** Deadline of the handshake, and of each question after it; milliseconds. */
  readonly silence: number;
  /** Gives up opening. An open session is ended by `close()`. */
  readonly signal?: AbortSignal;
  /** Finds a QEMU that is stopped while nobody asks anything. Without it, that shows at the next question. */
  readonly rounds?: Rounds;
}

/** What a monitor can be asked; the guest's agent has a port of its own. */
export interface QemuSession extends Omit<AnchorSession, 'agentAnswers' | 'ask' | 'suspend'> {
  /** For what a session has no word for: hotplug, vCPU threads. */
  readonly client: QmpClient;
}

/** States that QEMU leaves by a reset only (runstate_needs_reset in QEMU's softmmu/runstate.c). */
const needReset: ReadonlySet<RunState> = new Set(['shutdown', 'internal-error']);
const heldObservations = 1024;

/**
 * Opens a session on a QEMU monitor that was just connected. Rejects with the codes of the handshake, or of its first question, and closes
 * the connection then.
 *
 * The path to the first state is one wake-up of QEMU: capabilities and `query-status` are sent at once, and greeting, reply and state come
 * back together. After that the session is level-triggered: an event that cannot say what state it led to is followed by one question, and
 * events that come meanwhile by one more.
 */
export async function openQemuSession(connection: Connection, options: QemuSessionOptions): Promise<QemuSession> {
  const { clock, silence, rounds, signal } = options;
  let state: RunState | undefined;
  const present = (): Observation[] => [
    ...(state === undefined ? [] : [{ type: 'guest.state', state } as const]),
    ...(detector.silent ? [{ type: 'channel.silent', forMilliseconds: silence } as const] : []),
  ];
  const seen = createHeldStream<Observation>(heldObservations, present);
  const detector = createSilenceDetector(
    () => clock.now(),
    (observation) => seen.next(observation),
    () => refresh(),
  );
  const client = startQmp(connection, {
    clock,
    deadlines: { greeting: silence, command: silence },
    onHeard: () => detector.heard(),
    ...(signal === undefined ? {} : { signal }),
  });

  const tell = (observation: Observation): void => {
    if (observation.type === 'guest.state') {
      if (observation.state === state) return;
      state = observation.state;
    }
    seen.next(observation);
  };
  /** The state is told in the order of the wire, so that an answer never overtakes the event that came after it. */
  const question = async (giveUp?: AbortSignal): Promise<RunState> => {
    const onAnswer = (answer: unknown): void => tell({ type: 'guest.state', state: stateIn(answer) });
    return stateIn(await client.execute('query-status', undefined, giveUp === undefined ? { onAnswer } : { onAnswer, signal: giveUp }));
  };

  let asking = false;
  let askAgain = false;
  /** Brings the known state up to date; while a question is under way, one more is enough for everything that happens until its answer. */
  const refresh = (): void => {
    askAgain = asking;
    if (asking) return;
    asking = true;
    detector
      .watch(question())
      // Silence has been told, and the end of the channel will be.
      .catch(() => undefined)
      .finally(() => {
        asking = false;
        if (askAgain) refresh();
      });
  };
  const onEvent = (event: QmpEvent): void => {
    const { observations, ask } = observe(event);
    for (const observation of observations) tell(observation);
    if (ask && state !== undefined) refresh();
  };

  const events = client.events.subscribe(onEvent);
  let leaveRounds = (): void => undefined;
  const onEnd = ({ by, reason }: QmpEnd): void => {
    leaveRounds();
    events.unsubscribe();
    if (by !== 'us') seen.next({ type: 'channel.lost', reason });
    seen.complete();
  };

  try {
    await Promise.all([question(signal), client.ready]);
  } catch (error) {
    client.close();
    throw error;
  }
  void client.closed.then(onEnd);
  if (rounds !== undefined) {
    leaveRounds = rounds.join(() => {
      // One unanswered question at a time: a stopped QEMU keeps them all in its socket.
      if (!detector.silent) refresh();
    });
  }

  const ask = async (command: 'cont' | 'stop' | 'system_powerdown' | 'system_wakeup' | 'quit'): Promise<void> => {
    await detector.watch(client.execute(command));
  };
  return {
    client,
    observations: seen.stream,
    latestState: () => state ?? 'transitional',
    runState: () => detector.watch(question()),
    release: async () => {
      if (state !== undefined && needReset.has(state)) {
        throw qmpError('QMP_WRONG_STATE', `the guest cannot go on from ${state}: it needs a new start`);
      }
      // `cont` answers and does nothing while the guest sleeps.
      await ask(state === 'suspended' ? 'system_wakeup' : 'cont');
    },
    setDisplayPassword: async (password) => {
      await detector.watch(client.execute('set_password', { protocol: 'vnc', password }));
    },
    pause: () => ask('stop'),
    press: () => ask('system_powerdown'),
    quit: async () => {
      try {
        await ask('quit');
      } catch (error) {
        // It may go faster than its answer.
        if (!isQmpError(error, 'QMP_CLOSED')) throw error;
      }
    },
    transcript: () => client.transcript(),
    close: () => client.close(),
  };
}

/** Reads the answer of `query-status` as what it is: bytes from outside. */
function stateIn(answer: unknown): RunState {
  const status = typeof answer === 'object' && answer !== null && 'status' in answer ? answer.status : undefined;
  return meaningOf(typeof status === 'string' ? status : '');
}

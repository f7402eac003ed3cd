import { and, assign, createMachine, fromPromise, not, setup, stateIn, type AnyStateMachine } from 'xstate';

/** One machine for each way in which xstate lets a transition or a state be written. */
export const patterns: Readonly<Record<string, () => AnyStateMachine>> = {
  nested: () =>
    createMachine({
      id: 'crossing',
      initial: 'vehicles',
      states: {
        vehicles: { initial: 'go', states: { go: { on: { WARN: 'slow' } }, slow: { after: { 3000: 'stop' } }, stop: { type: 'final' } }, onDone: 'walkers' },
        walkers: { initial: 'walk', states: { walk: { on: { HURRY: 'blink' } }, blink: { on: { STOP: '#crossing.vehicles.slow' } } }, on: { NIGHT: 'dark', AGAIN: { target: '.walk', reenter: true } } },
        dark: { on: { DAY: { target: '#crossing' } } },
      },
    }),
  parallel: () =>
    createMachine({
      id: 'player',
      type: 'parallel',
      on: { RESET: '.track.playing' },
      states: {
        track: { initial: 'paused', states: { paused: { on: { PLAY: 'playing', SILENT: '#player.volume.muted' } }, playing: { on: { PAUSE: 'paused', BOTH: { target: ['#player.track.paused', '#player.volume.muted'] } } } } },
        volume: { initial: 'normal', states: { normal: { on: { MUTE: 'muted' } }, muted: { on: { UNMUTE: { target: 'normal', guard: stateIn({ track: 'playing' }) } } } } },
      },
    }),
  history: () =>
    createMachine({
      id: 'oven',
      initial: 'on',
      states: {
        on: {
          initial: 'defrost',
          states: {
            defrost: { on: { HEAT: 'heat' } },
            heat: { initial: 'low', states: { low: { on: { UP: 'high' } }, high: {} } },
            last: { type: 'history', target: 'heat' },
            exact: { type: 'history', history: 'deep' },
          },
          on: { OPEN: 'open' },
        },
        open: { on: { CLOSE: 'on.last', SLAM: 'on.exact' } },
      },
    }),
  delayed: () =>
    setup({ delays: { patience: 100 }, actions: { whistle: () => undefined } }).createMachine({
      id: 'kettle',
      initial: 'cold',
      states: { cold: { after: { 500: 'warm', patience: [{ target: 'hot', guard: () => true }, { target: 'warm' }] } }, warm: { after: { 90_000: { target: 'hot', actions: 'whistle' } } }, hot: { type: 'final' } },
    }),
  invoked: () =>
    setup({ actors: { fetchUser: fromPromise(() => Promise.resolve(1)) }, guards: { canRetry: () => true }, actions: { note: () => undefined } }).createMachine({
      id: 'fetcher',
      initial: 'loading',
      states: {
        loading: {
          invoke: [
            { id: 'user', src: 'fetchUser', onDone: { target: 'ready', actions: assign({}) }, onError: [{ target: 'loading', guard: 'canRetry', reenter: true }, { target: 'failed' }], onSnapshot: { actions: 'note' } },
            { src: 'fetchUser', onError: 'failed' },
          ],
        },
        ready: { type: 'final' },
        failed: {},
      },
      on: { 'xstate.error.actor.*': '.failed' },
    }),
  eventless: () =>
    createMachine({
      id: 'grade',
      initial: 'checking',
      states: { checking: { always: [{ target: 'good', guard: 'isGood' }, { target: 'fair', guard: and(['isFair', not('isLate')]) }, { target: 'bad' }] }, good: { always: { actions: 'cheer', guard: 'isFirst' } }, fair: {}, bad: { always: 'fair' } },
    }),
  internal: () =>
    createMachine({
      id: 'editor',
      initial: 'idle',
      on: { 'file.*': { actions: 'log' }, '*': '.idle' },
      states: { idle: { entry: ['focus', { type: 'count', params: { by: 2 } }], exit: 'blur', tags: ['calm', 'ready'], on: { TYPE: { actions: ['insert', 'mark'] }, SELF: 'idle', RESTART: { target: 'idle', reenter: true }, NOTHING: {} } } },
    }),
  names: () =>
    createMachine({
      id: 'a "strange": <name> & {more};',
      initial: 'one two',
      states: { 'one two': { description: 'First line.\nSecond line: with ; and #.', on: { 'x --> y : z': '日本', 'semi;colon #1 %% {}': { target: '日本', guard: 'a > b' } } }, 日本: { on: { '[*]': 'one two' } } },
    }),
  alone: () => createMachine({ id: 'alone' }),
};

import { adopting } from './adopting.js';
import { booting } from './booting.js';
import { deviceModelReady } from './device-model-ready.js';
import { halting } from './halting.js';
import { running } from './running.js';
import { domainSetup, key } from './setup.js';

/** From the launch to the confirmed absence: an anchor may live. */
export const anchored = domainSetup.createStateConfig({
  description: 'An anchor process lives, or may live.',
  initial: 'device-model-ready',
  invoke: { src: 'watch', input: key, onError: { actions: { type: 'noteProblem', params: ({ event }) => ({ error: event.error }) } } },
  on: {
    'guest.state': { actions: 'observed' },
    'guest.memory': { actions: 'observed' },
    'guest.shutdown': { actions: 'observed' },
    'guest.reset': { actions: 'observed' },
    'guest.button': { actions: 'observed' },
    'guest.panicked': { actions: 'observed' },
    'guest.watchdog': { actions: 'observed' },
    'guest.io-error': { actions: 'observed' },
    'guest.unresponsive': { actions: 'observed' },
    'guest.responsive': { actions: 'observed' },
    'channel.silent': { actions: 'observed' },
    'channel.answering': { actions: 'observed' },
    'channel.lost': { actions: 'observed' },
    'anchor.exited': { actions: 'observed' },
  },
  states: { adopting, 'device-model-ready': deviceModelReady, booting, running, halting },
});

import type { z } from 'zod';
import { closed } from './shapes.js';
import { duration } from './quantities.js';

const DAY = 86_400_000;

/** The longest that each wait of the domain machine may take. */
export const deadlines = closed({
  prepare: duration(1, DAY).prefault('60s').describe('Volumes, firmware variables, TPM and network are ready.'),
  launch: duration(1, DAY).prefault('10s').describe('The anchor process lives.'),
  connect: duration(1, DAY).prefault('10s').describe('The API channel of the anchor answers.'),
  boot: duration(1, DAY).prefault('10s').describe('The anchor has released the virtual CPUs.'),
  ready: duration(1, DAY).prefault('60s').describe('The readiness probe holds.'),
  suspend: duration(1, DAY).prefault('30s').describe('The guest sleeps after somebody inside it was asked to put it to sleep.'),
  ask: duration(1, DAY).prefault('60s').describe('The guest has shut itself down after somebody inside it was asked to.'),
  press: duration(1, DAY).prefault('60s').describe('The guest has shut itself down after its power button was pressed.'),
  quit: duration(1, DAY).prefault('5s').describe('The anchor has ended after it was asked over its channel.'),
  terminate: duration(1, DAY).prefault('5s').describe('The anchor has ended after SIGTERM.'),
  kill: duration(1, DAY).prefault('10s').describe('The anchor is gone after SIGKILL.'),
  silence: duration(1, DAY).prefault('10s').describe('A channel that leaves a request unanswered this long is called silent.'),
});

/** Milliseconds. */
export type Deadlines = z.output<typeof deadlines>;

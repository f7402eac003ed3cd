import { connect } from 'node:net';
import { join } from 'node:path';
import { homeOf } from './state-directory.js';

/** Milliseconds for a whole conversation. */
const deadline = 5_000;

/** What an operator does on the anchor's second monitor, behind the engine's back: one command, and its answer. */
export function operate(root: string, name: string, command: string, parameters: object = {}): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = connect(join(homeOf(root, name), 'monitor'));
    let read = '';
    const timer = setTimeout(() => finish(() => reject(new Error(`no answer to ${command}, only ${read}`))), deadline);
    const finish = (outcome: () => void): void => {
      clearTimeout(timer);
      socket.destroy();
      outcome();
    };
    socket.once('error', (error) => finish(() => reject(error)));
    socket.on('data', (bytes) => {
      read += bytes.toString('utf8');
      const answer = read.split('\n').find((line) => line.includes('"id": "operator"'));
      if (answer !== undefined) finish(() => resolve(JSON.parse(answer)));
    });
    socket.write(`${JSON.stringify({ execute: 'qmp_capabilities' })}\n${JSON.stringify({ execute: command, arguments: parameters, id: 'operator' })}\n`);
  });
}

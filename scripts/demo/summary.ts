/** The last words of the demo. Pure. */
import { relative } from 'node:path';
import type { Paint } from '../../src/cli/text/paint.js';
import type { Facts } from './story.js';
import { seconds } from './story.js';

export interface Ending {
  /** Of the whole demo, milliseconds. */
  readonly took: number;
  readonly stateDirectory: string;
  /** Guests that were left running by wish. */
  readonly kept: readonly string[];
}

export function summary({ button, kill, starts }: Facts, { kept, stateDirectory, took }: Ending, paint: Paint): readonly string[] {
  const entry = (title: string, text: string): string => `  ${paint('bold', title.padEnd(10))}${text}`;
  return [
    '',
    paint('green', `Everything went as told, in ${(took / 1000).toFixed(1)} s:`),
    entry('started', starts.map((start) => `${start.name} ${seconds(start.took)}`).join(', ')),
    entry('button', `worker off after ${seconds(button.took)}, by its guest, and not restarted`),
    entry('kill -9', `web's end published after ${kill.published.toFixed(1)} ms, running again after ${seconds(kill.again)}`),
    entry('evidence', kept.length === 0 ? `was in ${relative(stateDirectory, kill.evidence)}/ of the state directory:` : `${kill.evidence}/`),
    entry('', kill.files.join(' ')),
    ...(kept.length === 0 ? [entry('left', 'nothing is left running, and the state directory is removed')] : keptLines(kept, stateDirectory, entry)),
  ];
}

function keptLines(kept: readonly string[], stateDirectory: string, entry: (title: string, text: string) => string): readonly string[] {
  return [
    entry('left', `${kept.join(' and ')} run on, without an engine. To look at them:`),
    entry('', `npx windlass get --state-dir ${stateDirectory}`),
    entry('', `npx windlass console ${kept[0] ?? ''} --state-dir ${stateDirectory}`),
    entry('', 'and to end them:'),
    entry('', `npx windlass down --all --state-dir ${stateDirectory}`),
  ];
}

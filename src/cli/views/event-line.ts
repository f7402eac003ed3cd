/** An event as one line of plain text, without a line end. Pure. */
import type { DomainEnd, WindlassEvent } from '../../index.js';
import type { Paint } from '../text/paint.js';
import { printable } from '../text/printable.js';
import { counted } from '../text/quantities.js';
import { phaseStyles } from './domain-table.js';

export function eventLine(event: WindlassEvent, paint: Paint): string {
  const subject = event.subject === undefined ? '' : `${paint('bold', printable(event.subject))}: `;
  return `${paint('dim', event.time.slice(11, 23))} ${subject}${wordsOf(event, paint)}`;
}

function wordsOf(event: WindlassEvent, paint: Paint): string {
  switch (event.type) {
    case 'windlass.domain.phase': {
      const { from, to } = event.data;
      return from === null ? paint(phaseStyles[to], to) : `${from} -> ${paint(phaseStyles[to], to)}`;
    }
    case 'windlass.domain.condition': {
      const { message, reason, status, type } = event.data.condition;
      if (type === 'AsDesired' && status === 'True') return paint('green', reason === 'Completed' ? printable(`completed: ${message}`) : 'as desired');
      if (type === 'Degraded' && status === 'False') return 'not degraded any more';
      return printable(`${type} is ${status} (${reason})${message === '' ? '' : `: ${message}`}`);
    }
    case 'windlass.domain.ended':
      return printable(endText(event.data.end));
    case 'windlass.domain.reset':
      return `the guest was reset (${counted(event.data.resets, 'time')} in run ${event.data.incarnation})`;
    case 'windlass.domain.forgotten':
      return 'is gone; nothing of it is left';
    case 'windlass.documents.applied': {
      const { changed, created, removed } = event.data;
      return `documents applied: ${created.length} new, ${changed.length} changed, ${removed.length} removed`;
    }
    case 'windlass.orphan.found': {
      const { directory, pid, reason } = event.data;
      return printable(`is named by no document and left alone (${pid === null ? reason : `pid ${pid}`}, ${directory})`);
    }
    case 'windlass.orphan.cleaned':
      return printable(`was left by an earlier run (${event.data.reason}) and is gone now`);
    case 'windlass.journal.stopped':
      return printable(`events are not written down any more (${event.data.reason}): ${event.data.message}`);
    case 'windlass.journal.resumed':
      return `events are written down again${event.data.lost === null ? '' : `; ${counted(event.data.lost.to - event.data.lost.from + 1, 'event')} are lost`}`;
    case 'windlass.journal.lost':
      return `events ${event.data.from} to ${event.data.to} were lost`;
    default:
      // An event of a newer engine, read from its journal.
      return printable(JSON.stringify(event));
  }
}

/** `ended by guest-power-off: the guest powered off (by the rung press)`. */
export function endText({ cause, evidence, exit, message, rung }: DomainEnd): string {
  const facts = [
    ...(rung === null ? [] : [`ended by its rung ${rung}`]),
    ...(exit === null || (exit.code === null && exit.signal === null) ? [] : [exit.signal === null ? `exit code ${exit.code ?? ''}` : exit.signal]),
    ...(evidence === null ? [] : [`evidence in ${evidence}`]),
  ];
  return `ended (${cause}): ${message}${facts.length === 0 ? '' : ` [${facts.join(', ')}]`}`;
}

/**
 * An engine of its own process, to be killed: serves a state directory by a folder of documents and follows its changes.
 * Arguments: state directory, documents folder, offset of the clock in milliseconds.
 */
import { pino } from 'pino';
import { createEngine, hostPorts, parseDocuments, readDocumentFiles, watchDocuments } from '../../src/index.js';
import { lineReader } from '../../src/effects/spawner-messages.js';
import type { EngineCommand, EngineReport } from './engine-words.js';
import { createFaultyPorts } from './faulty-ports.js';

const [stateDirectory, folder, offset] = process.argv.slice(2);
if (stateDirectory === undefined || folder === undefined) throw new Error('arguments: state directory, documents folder, clock offset');

const report = (message: EngineReport): void => void process.stdout.write(`${JSON.stringify(message)}\n`);
const real = hostPorts();
const faulty = createFaultyPorts(real, (domain) => report({ say: 'was-cut', domain }));
faulty.moveClock(Number(offset ?? 0));

const engine = await createEngine({
  stateDirectory,
  ports: faulty.ports,
  // A document that went while no engine ran leaves an anchor that nobody wants.
  orphans: 'reap',
  logger: pino({ level: 'warn' }, pino.destination({ fd: 2, sync: true })),
});

engine.status$.subscribe((message) => {
  if (message.type !== 'event' || message.event.type !== 'windlass.domain.phase') return;
  const { data, subject } = message.event;
  if (data.from === 'observing' && data.to === 'running' && subject !== undefined) report({ say: 'adopted', domain: subject });
});

const applyNow = async (): Promise<void> => {
  const parsed = parseDocuments(await readDocumentFiles([folder]));
  if (parsed.ok) await engine.apply(parsed.documents);
  else report({ say: 'trouble', message: JSON.stringify(parsed.problems) });
};
let stopping = false;
let applying = Promise.resolve();
const applyAgain = (): void => {
  applying = applying.then(applyNow).catch((thrown: unknown) => {
    if (!stopping) report({ say: 'trouble', message: String(thrown) });
  });
};
const stop = async (guests: 'leave' | 'halt'): Promise<void> => {
  stopping = true;
  await watch.close();
  await engine.stop({ guests });
  await real.close();
  process.exit(0);
};

const watch = await watchDocuments([folder], applyAgain, (error) => report({ say: 'trouble', message: String(error) }));
process.on('SIGTERM', () => void stop('leave'));
process.stdin
  .setEncoding('utf8')
  .on(
    'data',
    lineReader((line) => {
      const command = JSON.parse(line) as EngineCommand;
      if (command.say === 'cut') faulty.cut(command.domain, command.way);
      else if (command.say === 'clock') faulty.moveClock(command.offset);
      else faulty.fill(command.full);
    }),
  )
  // The harness is gone, however it went: nothing of this is wanted any more.
  .on('end', () => void stop('halt'));
applyAgain();
await applying;
report({ say: 'ready' });

import type { StateValue } from 'xstate';
import { domainMachine, nodeMachine, readState } from '../../index.js';
import type { Chart, Theme } from '../../diagrams/index.js';
import { highlight, overviewOf, toChart, toDot, toMermaid, toPng, toSvg } from '../../diagrams/index.js';
import { findDomain } from '../domains/find.js';
import type { ExitCode } from '../exit-codes.js';
import { exitCodes } from '../exit-codes.js';
import { UsageError } from '../failures.js';
import type { Invocation } from '../invocation.js';
import { stateDirectoryOf } from '../state-directory.js';
import { inlineImage } from '../text/inline-image.js';
import { jsonLine } from '../text/json.js';
import { printable } from '../text/printable.js';
import { writeOutput } from '../write-output.js';

export const diagramFormats = ['svg', 'dot', 'mermaid', 'png'] as const;
export type DiagramFormat = (typeof diagramFormats)[number];

export interface DiagramCommandOptions {
  readonly format: DiagramFormat;
  readonly theme: Theme;
  readonly detail?: boolean;
  readonly live?: string;
  readonly out?: string;
}

const machines = { domain: domainMachine, node: nodeMachine };
const endings: Readonly<Record<DiagramFormat, string>> = { svg: 'svg', dot: 'dot', mermaid: 'mmd', png: 'png' };

/** `windlass diagram`: a machine as a picture; with `--live`, where a domain is in it. */
export async function diagram(invocation: Invocation, machine: string, options: DiagramCommandOptions): Promise<ExitCode> {
  const { json, terminal } = invocation;
  if (!(machine in machines)) throw new UsageError(`there is no machine ${JSON.stringify(machine)}: the machines are ${Object.keys(machines).join(', ')}`);
  if (options.live !== undefined && (machine !== 'domain' || !['svg', 'png'].includes(options.format)))
    throw new UsageError('--live lights a state of the domain machine, in an svg or png');
  if (options.out === '-' && json) throw new UsageError('--out - takes standard output for the picture, which leaves no place for -o json');
  if (options.out === '-' && options.format === 'png') throw new UsageError('--out - is for text; a png wants a file');
  const whole = toChart(machines[machine as keyof typeof machines]);
  const chart = options.detail === true ? whole : overviewOf(whole);
  const drawn = await drawing(chart, options, options.live === undefined ? undefined : await liveState(invocation, options.live));

  if (options.out === '-' && typeof drawn === 'string') {
    terminal.out(drawn);
    return exitCodes.done;
  }
  const image = options.out === undefined && !json && terminal.size() !== undefined ? inlineImage(terminal.env, await asPng(drawn)) : undefined;
  if (image !== undefined) {
    terminal.out(`${image}\n`);
    return exitCodes.done;
  }
  const name = options.out ?? `${machine}${options.detail === true ? '.detail' : ''}.${endings[options.format]}`;
  const file = await writeOutput(terminal.workingDirectory, name, drawn);
  if (json) terminal.out(jsonLine({ ok: true, machine, format: options.format, file }));
  else terminal.err(`wrote ${printable(file)}\n`);
  return exitCodes.done;
}

async function drawing(chart: Chart, { detail, format, theme }: DiagramCommandOptions, live: string | undefined): Promise<string | Uint8Array> {
  const wanted = detail === true ? 'detail' : 'overview';
  if (format === 'dot') return toDot(chart, { detail: wanted });
  if (format === 'mermaid') return toMermaid(chart, { detail: wanted });
  const svg = await toSvg(chart, { detail: wanted, theme: format === 'png' && theme === 'auto' ? 'light' : theme });
  const lit = live === undefined ? svg : highlight(svg, { value: valueOf(live) });
  return format === 'png' ? toPng(lit) : lit;
}

async function asPng(drawn: string | Uint8Array): Promise<Uint8Array | undefined> {
  if (typeof drawn !== 'string') return drawn;
  return drawn.startsWith('<svg') || drawn.startsWith('<?xml') ? toPng(drawn).catch(() => undefined) : undefined;
}

async function liveState(invocation: Invocation, name: string): Promise<string> {
  const reading = await readState(stateDirectoryOf(invocation));
  const { status } = findDomain(reading, name);
  if (status === undefined) throw new UsageError(`nothing supervises ${JSON.stringify(name)}: it is in no state of the machine`);
  if (reading.engine === null) invocation.terminal.err('no engine runs here: the state is the last that one wrote down\n');
  return status.state;
}

/** `anchored.running.healthy` -> `{ anchored: { running: 'healthy' } }`, as xstate writes it. */
function valueOf(path: string): StateValue {
  const [first = '', ...rest] = path.split('.');
  return rest.length === 0 ? first : { [first]: valueOf(rest.join('.')) };
}

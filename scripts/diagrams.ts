/**
 * Draws every machine of the project into `diagrams/`: overview and detail, as DOT, SVG and Mermaid, and the overview
 * in fixed light colours for pages that do not follow the reader's scheme.
 *
 *   tsx scripts/diagrams.ts           writes them
 *   tsx scripts/diagrams.ts --check   writes nothing, and fails if one is missing, out of date, or of no machine
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import type { AnyStateMachine } from 'xstate';
import { overviewOf, toChart, toDot, toMermaid, toSvg } from '../src/diagrams/index.js';
import { domainMachine } from '../src/machines/domain.js';
import { nodeMachine } from '../src/machines/node.js';

const folder = new URL('../diagrams/', import.meta.url);
const machines: readonly AnyStateMachine[] = [domainMachine, nodeMachine];

async function draw(machine: AnyStateMachine): Promise<ReadonlyMap<string, string>> {
  const chart = toChart(machine);
  const overview = overviewOf(chart);
  const name = machine.id;
  return new Map([
    [`${name}.dot`, toDot(overview, { detail: 'overview' })],
    [`${name}.mmd`, toMermaid(overview, { detail: 'overview' })],
    [`${name}.svg`, await toSvg(overview, { detail: 'overview' })],
    [`${name}.light.svg`, await toSvg(overview, { detail: 'overview', theme: 'light' })],
    [`${name}.detail.dot`, toDot(chart)],
    [`${name}.detail.mmd`, toMermaid(chart)],
    [`${name}.detail.svg`, await toSvg(chart)],
  ]);
}

async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(new URL(file, folder), 'utf8');
  } catch {
    return undefined;
  }
}

async function problems(wanted: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [file, text] of wanted) {
    const there = await read(file);
    if (there === undefined) found.push(`diagrams/${file} is missing`);
    else if (there !== text) found.push(`diagrams/${file} is out of date`);
  }
  const drawn = (await readdir(folder)).filter((file) => /\.(dot|svg|mmd)$/.test(file));
  return [...found, ...drawn.filter((file) => !wanted.has(file)).map((file) => `diagrams/${file} is of no machine`)];
}

const wanted = new Map<string, string>();
for (const machine of machines) for (const [file, text] of await draw(machine)) wanted.set(file, text);

if (process.argv.includes('--check')) {
  const found = await problems(wanted);
  for (const problem of found) console.error(problem);
  if (found.length > 0) {
    console.error('The machines have changed and their pictures have not: run `npm run diagrams`, look at them, and commit them.');
    process.exitCode = 1;
  }
} else {
  await mkdir(folder, { recursive: true });
  for (const [file, text] of wanted) await writeFile(new URL(file, folder), text);
  console.log(`${wanted.size} files written to diagrams/`);
}

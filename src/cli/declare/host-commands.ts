/** Commands about this host, and about Windlass itself. */
import type { Command } from 'commander';
import { Option } from 'commander';
import type { DiagramCommandOptions } from '../commands/diagram.js';
import type { Stage } from '../program.js';
import { outputOption } from './output-option.js';

export function declareHostCommands(program: Command, stage: Stage): void {
  program
    .command('doctor')
    .summary('what this host can run')
    .description("Says what this host can do for each hypervisor, why not where it can't, and what would mend it. Exit code 0 when one at least is usable.")
    .addOption(outputOption('table', 'json'))
    .addHelpText('after', '\nExamples:\n  windlass doctor\n  windlass doctor -o json | jq ".hypervisors[] | {hypervisor, usable, acceleration}"')
    .action((_options, command: Command) => stage(command, async (invocation) => (await import('../commands/doctor.js')).doctor(invocation)));

  program
    .command('diagram')
    .summary('draw the state machines')
    .description('Draws a state machine. A terminal that shows pictures shows it; elsewhere it is written to a file, whose name is told.')
    .argument('[machine]', 'domain or node', 'domain')
    .addOption(new Option('--format <format>', 'what to draw').choices(['svg', 'dot', 'mermaid', 'png']).default('svg'))
    .addOption(new Option('--theme <theme>', 'colours').choices(['auto', 'light', 'dark']).default('auto'))
    .option('--detail', 'every state, action and guard, instead of one screen')
    .option('--live <domain>', 'light the state that this domain is in')
    .option('--out <file>', 'where to write; - for standard output')
    .addOption(outputOption('table', 'json'))
    .addHelpText('after', '\nExamples:\n  windlass diagram\n  windlass diagram --live web --out web.svg\n  windlass diagram node --format mermaid --out -')
    .action((machine: string, options: DiagramCommandOptions, command: Command) =>
      stage(command, async (invocation) => (await import('../commands/diagram.js')).diagram(invocation, machine, options)),
    );
}

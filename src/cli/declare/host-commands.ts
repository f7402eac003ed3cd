/** Commands about this host. */
import type { Command } from 'commander';
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
}

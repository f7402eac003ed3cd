/** Commands that look at domains, or end them. */
import type { Command } from 'commander';
import { Option } from 'commander';
import type { DownCommandOptions } from '../commands/down.js';
import type { LogsCommandOptions } from '../commands/logs.js';
import type { Stage } from '../program.js';
import { outputOption } from './output-option.js';

export function declareDomainCommands(program: Command, stage: Stage): void {
  program
    .command('get')
    .summary('list domains')
    .description('Lists the domains of a state directory, whether an engine runs or not.')
    .argument('[name...]', 'only these')
    .addOption(outputOption('table', 'wide', 'name', 'json'))
    .addHelpText('after', '\nExamples:\n  windlass get\n  windlass get web -o json | jq ".domains[0].phase"\n  windlass get -o name | xargs -n1 windlass describe')
    .action((names: readonly string[], _options, command: Command) =>
      stage(command, async (invocation) => (await import('../commands/get.js')).get(invocation, names)),
    );

  program
    .command('describe')
    .summary('all that is known of a domain')
    .description('Shows conditions, anchor, device model, how the last run ended, recent events and the paths of a domain.')
    .argument('<name>', 'the domain')
    .addOption(outputOption('table', 'json'))
    .addHelpText('after', '\nExamples:\n  windlass describe web\n  windlass describe web -o json | jq .domain.lastEnd')
    .action((name: string, _options, command: Command) =>
      stage(command, async (invocation) => (await import('../commands/describe.js')).describe(invocation, name)),
    );

  program
    .command('watch')
    .summary('follow what happens to domains')
    .description('Prints how the domains are now, and then each event as it happens. Ends by Ctrl-C.')
    .argument('[name...]', 'only these')
    .addOption(outputOption('table', 'json'))
    .option('--since <sequence>', 'events after this number instead of the present state (0: all that are kept)')
    .addHelpText('after', '\nExamples:\n  windlass watch\n  windlass watch web --since 0\n  windlass watch -o json | jq -r "select(.type == \\"windlass.domain.ended\\")"')
    .action((names: readonly string[], options: { readonly since?: string }, command: Command) =>
      stage(command, async (invocation) => (await import('../commands/watch.js')).watch(invocation, names, options)),
    );

  program
    .command('console')
    .summary('attach to the console of a domain')
    .description('Attaches this terminal to the serial console of a domain. Ctrl-] leaves; everything else, Ctrl-C too, goes to the guest.')
    .argument('<name>', 'the domain')
    .option('--tail <lines>', 'first print the last lines of the console log')
    .addHelpText('after', '\nExamples:\n  windlass console web\n  windlass console web --tail 20\n  (echo uptime; sleep 1) | windlass console web    # the end of the input leaves')
    .action((name: string, options: { readonly tail?: string }, command: Command) =>
      stage(command, async (invocation) => (await import('../commands/console.js')).attachConsole(invocation, name, options)),
    );

  program
    .command('logs')
    .summary('print the logs of a domain')
    .description('Prints what a domain left in its logs: its console unless something else is asked for.')
    .argument('<name>', 'the domain')
    .addOption(new Option('--console', 'what the guest wrote to its console (default)').conflicts(['anchor', 'events', 'evidence']))
    .addOption(new Option('--anchor', 'what the VMM wrote').conflicts(['events', 'evidence']))
    .addOption(new Option('--events', 'what happened to it').conflicts('evidence'))
    .option('--evidence', 'what was kept of its last failure')
    .option('-f, --follow', 'go on as more is written; ends by Ctrl-C')
    .option('--tail <lines>', 'only the last lines')
    .addOption(outputOption('table', 'json'))
    .addHelpText('after', '\nExamples:\n  windlass logs web --tail 50 --follow\n  windlass logs web --anchor\n  windlass logs web --events\n  windlass logs web --evidence\n  windlass logs web -o json | jq -r .line')
    .action((name: string, options: LogsCommandOptions, command: Command) =>
      stage(command, async (invocation) => (await import('../commands/logs.js')).logs(invocation, name, options)),
    );

  program
    .command('down')
    .summary('halt and forget domains')
    .description('Halts domains, gently first, and removes their state. Names domains, or the documents that name them. A running engine must be stopped first, or its documents changed.')
    .argument('[name|path...]', 'domains, or documents that name them')
    .option('--all', 'every domain of the state directory')
    .option('--timeout <duration>', 'how long to wait, such as 90s (default: 2m)')
    .addOption(outputOption('table', 'json'))
    .addHelpText('after', '\nExamples:\n  windlass down web\n  windlass down examples\n  windlass down --all --timeout 30s')
    .action((targets: readonly string[], options: DownCommandOptions, command: Command) =>
      stage(command, async (invocation) => (await import('../commands/down.js')).down(invocation, targets, options)),
    );
}

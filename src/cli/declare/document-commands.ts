/** Commands that read documents. */
import type { Command } from 'commander';
import { Option } from 'commander';
import type { PlanCommandOptions } from '../commands/plan.js';
import type { UpCommandOptions } from '../commands/up.js';
import type { Stage } from '../program.js';
import { outputOption } from './output-option.js';

const pathsHelp = 'files, folders (with those below them) or quoted glob patterns of YAML or JSON documents';

export function declareDocumentCommands(program: Command, stage: Stage): void {
  program
    .command('validate')
    .summary('find every mistake in documents')
    .description('Reads documents and prints every mistake at once, as file:line:column path: what is wrong, what is allowed.')
    .argument('<path...>', pathsHelp)
    .addOption(outputOption('table', 'json'))
    .addHelpText('after', '\nExamples:\n  windlass validate examples\n  windlass validate web.yaml db.yaml -o json\n  git diff --name-only -- "*.yaml" | xargs windlass validate')
    .action((paths: readonly string[], _options, command: Command) =>
      stage(command, async (invocation) => (await import('../commands/validate.js')).validate(invocation, paths)),
    );

  program
    .command('plan')
    .summary('show what up would do')
    .description('Shows what up would create (+), change live (~), restart (-/+), defer (…) and remove (-), with each device model. Touches nothing, and needs no engine to be stopped.')
    .argument('<path...>', pathsHelp)
    .addOption(outputOption('table', 'json'))
    .addOption(orphansOption())
    .option('--no-devices', 'leave the device models out')
    .addHelpText('after', '\nExamples:\n  windlass plan examples\n  windlass plan examples --no-devices\n  windlass plan examples -o json | jq ".changes[] | {name, action, fields}"')
    .action((paths: readonly string[], options: PlanCommandOptions, command: Command) =>
      stage(command, async (invocation) => (await import('../commands/plan.js')).plan(invocation, paths, options)),
    );

  program
    .command('up')
    .summary('make domains as documents say')
    .description(
      'Starts, adopts, changes and removes domains until they are as the documents say, and follows the documents as they change. An edit with a mistake changes nothing. Guests outlive this command: Ctrl-C leaves them running.',
    )
    .argument('<path...>', pathsHelp)
    .option('--once', 'end when every domain is as desired (exit code 0), or cannot be (1); guests run on')
    .option('--timeout <duration>', 'with --once: how long to wait, such as 90s or 5m (default: 60s)')
    .addOption(new Option('--guests <what>', 'what becomes of the guests when this command ends').choices(['leave', 'halt']).default('leave'))
    .addOption(orphansOption())
    .addOption(outputOption('table', 'json'))
    .addHelpText(
      'after',
      '\nExamples:\n  windlass up examples\n  windlass up examples --once --timeout 2m\n  windlass up examples --once -o json | jq .ok\n  windlass up "domains/**/*.yaml" -o json | jq .type',
    )
    .action((paths: readonly string[], options: UpCommandOptions, command: Command) =>
      stage(command, async (invocation) => (await import('../commands/up.js')).up(invocation, paths, options)),
    );

  program
    .command('schema')
    .summary('print the JSON Schema of documents')
    .description('Prints the JSON Schema of documents, by which editors complete and check them.')
    .option('--out <file>', 'write it to a file instead')
    .addOption(outputOption('json'))
    .addHelpText('after', '\nExamples:\n  windlass schema --out windlass-v1.schema.json\n  # and at the top of a document:\n  # yaml-language-server: $schema=windlass-v1.schema.json')
    .action((options: { readonly out?: string }, command: Command) =>
      stage(command, async (invocation) => (await import('../commands/schema.js')).schema(invocation, options)),
    );
}

function orphansOption(): Option {
  return new Option('--orphans <what>', 'domains of earlier runs that no document names: leave them alone, or halt and forget them')
    .choices(['report', 'reap'])
    .default('report');
}

/** The command line as commander knows it. Commands themselves are loaded when they are asked for, so that help is instant. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import { declareDocumentCommands } from './declare/document-commands.js';
import { declareDomainCommands } from './declare/domain-commands.js';
import { declareHostCommands } from './declare/host-commands.js';
import type { ExitCode } from './exit-codes.js';
import { exitCodes } from './exit-codes.js';
import type { Failure } from './failures.js';
import { failureOf } from './failures.js';
import type { GlobalOptions, Invocation } from './invocation.js';
import { invocationOf, logLevels } from './invocation.js';
import type { Terminal } from './terminal.js';
import { jsonLine } from './text/json.js';

/** Carries out a command's work with what its command line says, and remembers the exit code. */
export type Stage = (command: Command, work: (invocation: Invocation) => Promise<ExitCode>) => Promise<void>;

/** Runs one command line to its end. Never rejects; resolves with the exit code. */
export async function runCommandLine(argv: readonly string[], terminal: Terminal): Promise<number> {
  let code: ExitCode = exitCodes.done;
  let options: GlobalOptions = {};
  let name = 'windlass';
  const program = declareProgram(terminal, async (command, work) => {
    options = command.optsWithGlobals<GlobalOptions>();
    name = `windlass ${command.name()}`;
    code = await work(invocationOf(name, options, terminal));
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (thrown) {
    // Commander has said what is wrong; help and version end here too.
    if (thrown instanceof CommanderError) {
      if (thrown.exitCode === 0) return exitCodes.done;
      if (asksForJson(argv)) terminal.out(jsonLine(usageFailure(thrown)));
      return exitCodes.usage;
    }
    const { exitCode, json, text } = failureOf(thrown, { command: name, debug: options.logLevel === 'debug' || options.logLevel === 'trace' });
    terminal.err(text);
    if (options.output === 'json') terminal.out(jsonLine(json));
    return exitCode;
  }
}

/** A command line that cannot be parsed may still say how its failure is to be told. */
function asksForJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  const words = (end === -1 ? argv : argv.slice(0, end)).join(' ');
  return /(?:^| )(?:-o ?|--output[ =])json(?: |$)/.test(words);
}

function usageFailure({ code, message }: CommanderError): Failure['json'] {
  const text = code === 'commander.help' ? 'a command is missing' : message.replace(/^error: /, '');
  return { ok: false, error: { code: 'USAGE', message: text } };
}

function declareProgram(terminal: Terminal, stage: Stage): Command {
  const width = (): number => Math.min(terminal.size()?.columns ?? 80, 120);
  const program = new Command('windlass')
    .description('Raises and lowers virtual machines: documents say which domains should exist, windlass makes it so.')
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.err(text),
      getOutHelpWidth: width,
      getErrHelpWidth: width,
      outputError: (text, write) => write(text.replace(/^error: /, 'windlass: ')),
    })
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('  see: windlass --help')
    .exitOverride()
    .version(version(), '--version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .addOption(new Option('--state-dir <directory>', 'where state lives (env: WINDLASS_STATE_DIR; default: /run/hypervisor for root, else below $XDG_RUNTIME_DIR or ~/.local/state)'))
    .addOption(new Option('--no-color', 'no colours (NO_COLOR says the same)'))
    .addOption(new Option('--log-level <level>', 'what the engine tells of itself on stderr').choices(logLevels).default('silent'))
    .addHelpText('after', epilogue);
  declareDocumentCommands(program, stage);
  declareDomainCommands(program, stage);
  declareHostCommands(program, stage);
  return program;
}

const epilogue = `
Examples:
  windlass doctor                    what can this host run, and what would mend what it can't
  windlass up examples               make it so, and follow the files as they change (Ctrl-C leaves the guests running)
  windlass up examples --once        make it so, and end when every domain is as desired
  windlass get                       what runs
  windlass console hello             attach to a guest (Ctrl-] leaves)
  windlass down --all                halt everything

Exit codes:
  0    done, and every domain asked about is as desired
  1    not as desired, or there are mistakes or problems: stderr says which
  2    the command line is wrong
  3    another engine holds the state directory
  70   a defect of Windlass
  130  ended by SIGINT (Ctrl-C); 143 by SIGTERM; 141 when the reader of the output has gone

With -o json stdout is one JSON value, or one a line for streams, whatever happens. Manual: docs/cli.md.`;

/** The same two levels up from src/cli and from dist/cli. */
function version(): string {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly version: string };
  return manifest.version;
}

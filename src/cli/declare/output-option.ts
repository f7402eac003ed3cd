import { Option } from 'commander';
import type { Output } from '../invocation.js';

/** `-o`, with what this command can print; the first is the default. */
export function outputOption(...choices: readonly [Output, ...Output[]]): Option {
  return new Option('-o, --output <format>', 'what to print').choices(choices).default(choices[0]);
}

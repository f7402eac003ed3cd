#!/usr/bin/env node
import { runCommandLine } from './program.js';
import { processTerminal } from './terminal.js';

const terminal = processTerminal();
// What is still open now (a socket of a guest, a watched folder) must not keep a finished command alive.
process.exit(await runCommandLine(process.argv.slice(2), terminal));

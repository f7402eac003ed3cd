#!/usr/bin/env node
import { runCommandLine } from './program.js';
import { processTerminal } from './terminal.js';

const code = await runCommandLine(process.argv.slice(2), processTerminal());
// All that was said is written by then, or its reader has gone.
await new Promise((written) => process.stdout.write('', written));
// What is still open now (a socket of a guest, a watched folder) must not keep a finished command alive.
process.exit(code);

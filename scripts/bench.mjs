#!/usr/bin/env node
/**
 * Runs the benchmarks in plain Node. A loader that compiles modules as they are imported compiles those of the built package, too, and adds
 * to each of their functions: an engine would then be measured that nobody has.
 */
import { fileURLToPath, URL } from 'node:url';
import { build } from 'esbuild';

const outfile = new URL('../bench/built/main.mjs', import.meta.url);

await build({ entryPoints: ['bench/main.ts'], outfile: fileURLToPath(outfile), bundle: true, packages: 'external', platform: 'node', target: 'node20', format: 'esm', logLevel: 'warning' });
await import(outfile.href);

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * Writes the command line and the lab's own programs below a directory, each as one file: a thousand modules over 9p would take an emulated
 * machine a minute. `programs`: names below the directory, and their sources.
 */
export async function bundleProduct(directory: string, programs: Readonly<Record<string, string>> = {}): Promise<void> {
  await build({
    entryPoints: {
      'dist/cli/main': 'src/cli/main.ts',
      // Each finds its own processes beside itself.
      'dist/cli/device-process': 'src/effects/device-process.ts',
      'dist/device-process': 'src/effects/device-process.ts',
      ...programs,
    },
    bundle: true,
    minifySyntax: true,
    minifyWhitespace: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    outdir: directory,
    outExtension: { '.js': '.js' },
    external: ['@resvg/resvg-js'],
    // What is CommonJS among the dependencies asks for Node's modules by `require`.
    banner: { js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);" },
    logLevel: 'error',
  });
  copyFileSync('package.json', join(directory, 'package.json'));
}

import { readFile } from 'node:fs/promises';
import ts from 'typescript';

/** One module as JavaScript, for a machine that has Node alone: it may import types and Node's own modules. */
export async function transpiled(file: string): Promise<Buffer> {
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023, verbatimModuleSyntax: true };
  return Buffer.from(ts.transpileModule(await readFile(file, 'utf8'), { compilerOptions: options, fileName: file }).outputText);
}

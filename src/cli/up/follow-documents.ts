/** Applies documents again whenever their files change. */
import type { DocumentFile, DocumentWatch, Engine } from '../../index.js';
import { parseDocuments, readDocumentFiles, watchDocuments } from '../../index.js';
import { mistakes } from '../documents.js';
import { failureOf } from '../failures.js';
import type { Invocation } from '../invocation.js';
import { jsonLine } from '../text/json.js';
import { printable } from '../text/printable.js';

export interface Following {
  readonly engine: Pick<Engine, 'apply'>;
  readonly paths: readonly string[];
  /** What was applied before. */
  readonly files: readonly DocumentFile[];
  readonly note: (text: string) => void;
}

/** Resolves when changes from now on are seen. What is wrong with an edit is told, and the present state stays. */
export async function followDocuments({ command, json, terminal }: Invocation, { engine, files: first, note, paths }: Following): Promise<DocumentWatch> {
  let wishes = 0;
  let seen = JSON.stringify(first);

  const tell = (text: string, value: unknown): void => {
    note(text);
    if (json) terminal.out(jsonLine(value));
  };

  const applyAgain = async (): Promise<void> => {
    const files = await readDocumentFiles(paths);
    const text = JSON.stringify(files);
    if (text === seen) return;
    seen = text;
    const result = parseDocuments(files, { workingDirectory: terminal.workingDirectory });
    if (result.ok) await engine.apply(result.documents);
    else tell(mistakes(result.problems), { ok: false, problems: result.problems });
  };

  /** One at a time: of the edits made meanwhile only the last counts. */
  const onChange = async (): Promise<void> => {
    wishes += 1;
    if (wishes > 1) return;
    while (wishes > 0) {
      wishes = 1;
      try {
        await applyAgain();
      } catch (thrown) {
        const { json: value, text } = failureOf(thrown, { command, debug: false });
        tell(`${text}the present state stays\n`, value);
      }
      wishes -= 1;
    }
  };

  const watch = await watchDocuments(
    paths,
    () => void onChange(),
    (error) => note(`${command}: changes of the documents may go unseen: ${printable(error instanceof Error ? error.message : String(error))}\n`),
  );
  // What was edited before the watch was ready.
  void onChange();
  return watch;
}

/** What the guests say: their console logs, read as they grow. It is heard from the guests themselves and not from the engine. */
import type { FSWatcher } from 'node:fs';
import { readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import type { Observable } from 'rxjs';
import { Subject } from 'rxjs';

export interface Beat {
  readonly name: string;
  readonly number: number;
  /** When it was heard: `performance.now()`. */
  readonly at: number;
}

export interface Heartbeats extends Disposable {
  readonly beats$: Observable<Beat>;
  /** Listens to the domain whose state is in this directory; the directory must exist. Asking twice is fine. */
  listen(name: string, directory: string): void;
  /** All that this domain's guests have said, over all starts. */
  heard(name: string): readonly Beat[];
  /** The whole console log of the present start. */
  console(name: string): string;
}

export function heartbeats(): Heartbeats {
  const beats$ = new Subject<Beat>();
  const heard = new Map<string, Beat[]>();
  const logs = new Map<string, string>();
  const inLog = new Map<string, number>();
  const watches: FSWatcher[] = [];

  const console = (name: string): string => {
    try {
      return readFileSync(logs.get(name) ?? '', 'latin1');
    } catch {
      // Not there yet.
      return '';
    }
  };
  /** Each start begins the log anew: a log with fewer beats than were read of it is another one. */
  const read = (name: string): void => {
    const said = [...console(name).matchAll(/HEARTBEAT (\d+)\r?\n/g)].map(([, number]) => Number(number));
    const before = inLog.get(name) ?? 0;
    inLog.set(name, said.length);
    const fresh = said.slice(said.length < before ? 0 : before).map((number): Beat => ({ name, number, at: performance.now() }));
    heard.set(name, [...(heard.get(name) ?? []), ...fresh]);
    for (const beat of fresh) beats$.next(beat);
  };

  return {
    beats$,
    listen(name, directory) {
      if (logs.has(name)) return;
      logs.set(name, join(directory, 'console.log'));
      watches.push(watch(directory, (_, file) => (file === 'console.log' ? read(name) : undefined)));
      read(name);
    },
    heard: (name) => heard.get(name) ?? [],
    console,
    [Symbol.dispose]() {
      for (const each of watches) each.close();
    },
  };
}

/** Windlass in dom0, as its users have it: the command line, and documents in a folder. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { DomainDocumentInput, EventOf, EventType, WindlassEvent } from '../../../src/index.js';
import type { Dom0, ExecResult } from './lab.js';

const documentsFolder = '/tmp/domains';
export const stateDirectory = '/run/hypervisor';
/** For a wait in an emulated machine that shares two cores with others. Milliseconds. */
const patience = 120_000;

/**
 * Writes the command line and the lab's own programs below a directory, each as one file: a thousand modules over 9p would take dom0 a minute.
 */
export async function bundleProduct(directory: string): Promise<void> {
  await build({
    entryPoints: {
      'dist/cli/main': 'src/cli/main.ts',
      // Each finds its own processes beside itself.
      'dist/cli/device-process': 'src/effects/device-process.ts',
      'dist/device-process': 'src/effects/device-process.ts',
      'dist/released': 'test/lab/xen/programs/released.ts',
      'dist/store': 'test/lab/xen/programs/store.ts',
      'dist/viewer': 'test/lab/xen/programs/viewer.ts',
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

type Spec = Partial<DomainDocumentInput['spec']>;

/** Deadlines that an emulated machine can keep, and a guest that comes back at once. */
const usual = {
  hypervisor: 'xen',
  memory: '16Mi',
  restart: { policy: 'OnFailure', backoff: { initial: '100ms', max: '500ms' } },
  deadlines: { prepare: '120s', launch: '60s', connect: '120s', boot: '60s', press: '30s', quit: '90s', kill: '90s', silence: '30s' },
} satisfies Spec;

/** The guest of a few pages: prints, obeys, and ends as it is told. `words`: see guest/tinypv/main.c. */
export const tiny = (words = 'beat=500', more: Spec = {}): Spec => ({ boot: { kernel: '/guest/tinypv', cmdline: words }, xen: { type: 'pv' }, ...more });

export interface Product {
  /** Runs `windlass …` in dom0. */
  readonly run: (...args: readonly string[]) => Promise<ExecResult>;
  /** Writes the documents of a folder that `up` follows: those that are named are all there is. */
  readonly write: (documents: Readonly<Record<string, Spec>>) => Promise<void>;
  /** The engine that follows the folder: the one that runs, or a new one. Node takes seconds to start in dom0. */
  readonly up: () => Running;
  /** No document, and nothing left of any. */
  readonly clear: () => Promise<void>;
  /** Names of all domains but dom0, as Xen's own toolstack tells them. */
  readonly domains: () => Promise<readonly string[]>;
}

export interface Running {
  readonly events: readonly WindlassEvent[];
  /** The first event of a type about a domain, at or behind a place in `events`, for which `holds` is true. */
  until<Type extends EventType>(type: Type, name: string, holds: (data: EventOf<Type>['data']) => boolean, from?: number): Promise<EventOf<Type>>;
  untilRunning(name: string, from?: number): Promise<EventOf<'windlass.domain.phase'>>;
  /** Has it forgotten all domains that it told of? */
  readonly forgotten: () => boolean;
  /** SIGTERM: the guests stay. */
  stop(): Promise<void>;
  /** SIGKILL. */
  crash(): Promise<void>;
}

export function productIn(lab: Dom0): Product {
  const command = ['node', '/project/dist/cli/main.js'];
  let engine: Running | undefined;
  const product: Product = {
    run: (...args) => lab.exec([...command, ...args], { timeout: 2 * patience }),
    async write(documents) {
      const made = `${documentsFolder}.${Date.now()}`;
      await lab.exec(['mkdir', '-p', documentsFolder, made]);
      for (const [name, spec] of Object.entries(documents)) {
        const document = { apiVersion: 'windlass/v1', kind: 'Domain', metadata: { name }, spec: { ...usual, ...spec } };
        await lab.put(`${made}/${name}.json`, JSON.stringify(document));
      }
      const script = 'cd "$0"; for old in *.json; do [ -e "$1/$old" ] || rm -f "$old"; done; for new in "$1"/*.json; do [ ! -e "$new" ] || mv "$new" .; done; rmdir "$1"';
      await lab.exec(['sh', '-c', script, documentsFolder, made]);
    },
    up() {
      engine ??= running(lab, [...command, 'up', documentsFolder, '-o', 'json'], () => (engine = undefined));
      return engine;
    },
    async clear() {
      await product.write({});
      const { forgotten } = product.up();
      const end = Date.now() + patience;
      while ((await product.domains()).length > 0 || !forgotten()) {
        if (Date.now() > end) throw new Error(`domains are left: ${(await product.domains()).join(', ')}`);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    },
    async domains() {
      const { code, stderr, stdout } = await lab.exec(['xl', 'list']);
      if (code !== 0) throw new Error(`xl list: ${stderr}`);
      return stdout.split('\n').slice(1).flatMap((line) => /^(\S+) +[1-9]/.exec(line)?.[1] ?? []);
    },
  };
  return product;
}

function running(lab: Dom0, argv: readonly string[], gone: () => void): Running {
  const events: WindlassEvent[] = [];
  const waiting = new Set<() => void>();
  const stopping = new AbortController();
  let rest = '';
  let said = '';
  const ended = lab.exec(argv, {
    timeout: 30 * 60_000,
    signal: stopping.signal,
    onStderr: (text) => {
      said += text;
    },
    onStdout: (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) events.push(JSON.parse(line) as WindlassEvent);
      for (const look of [...waiting]) look();
    },
  });
  // Awaited when the engine is stopped; one that ends by itself fails the wait that is under way.
  let over: string | undefined;
  const told = ended.then(
    ({ code }) => (over = `the engine has ended with ${code}: ${said}`),
    (error: unknown) => (over = String(error)),
  ).then(() => {
    for (const look of [...waiting]) look();
  });
  const history = (): string => `${said}\n${events.map(({ data, subject = '', time, type }) => `${time} ${subject} ${type} ${JSON.stringify(data)}`).join('\n')}`;

  const until: Running['until'] = (type, name, holds, from = 0) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => settle(() => reject(new Error(`no ${type} of ${name} as hoped\n${history()}`))), patience);
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        waiting.delete(look);
        act();
      };
      const look = (): void => {
        const found = events.slice(from).find((event) => event.type === type && event.subject === name && holds(event.data as never));
        if (found !== undefined) settle(() => resolve(found as never));
        else if (over !== undefined) settle(() => reject(new Error(`${over}\n${history()}`)));
      };
      waiting.add(look);
      look();
    });
  return {
    events,
    until,
    untilRunning: (name, from) => until('windlass.domain.phase', name, ({ to }) => to === 'running', from),
    forgotten() {
      const known = new Set<string>();
      for (const { subject, type } of events) {
        if (type === 'windlass.domain.phase') known.add(subject ?? '');
        if (type === 'windlass.domain.forgotten') known.delete(subject ?? '');
      }
      return known.size === 0;
    },
    async stop() {
      gone();
      stopping.abort();
      await told;
    },
    async crash() {
      gone();
      await lab.exec(['pkill', '-KILL', '-f', '/project/dist/cli/main.js up'], { cwd: '/' });
      await told;
    },
  };
}

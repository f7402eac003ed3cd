/** Windlass in dom0, as its users have it: the command line, and documents in a folder. */
import type { DomainDocumentInput } from '../../../src/index.js';
import type { ExecResult } from '../exec/channel.js';
import { type Running, runEngine } from '../product/running.js';
import type { Dom0 } from './lab.js';

export type { Running } from '../product/running.js';

const documentsFolder = '/tmp/domains';
export const stateDirectory = '/run/hypervisor';
/** For a wait in an emulated machine that shares two cores with others. Milliseconds. */
const patience = 120_000;

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
      engine ??= runEngine(lab, [...command, 'up', documentsFolder, '-o', 'json'], () => (engine = undefined));
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

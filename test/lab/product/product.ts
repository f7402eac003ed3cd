/** Windlass in a lab's machine, as its users have it: the command line, and documents in a folder. */
import type { DomainDocumentInput } from '../../../src/index.js';
import type { Channel, ExecResult } from '../exec/channel.js';
import { type Running, runEngine } from './running.js';

const documentsFolder = '/tmp/domains';
export const stateDirectory = '/run/hypervisor';
/** For a wait in an emulated machine that shares two cores with others. Milliseconds. */
const patience = 120_000;

type Inside = Pick<Channel, 'exec' | 'put'>;
export type ProductSpec = Partial<DomainDocumentInput['spec']>;

export interface ProductOptions {
  /** Of every document, unless it says otherwise. */
  readonly usual: ProductSpec;
  readonly domains: (lab: Inside) => Promise<readonly string[]>;
}

export interface Product {
  /** Runs `windlass …` inside. */
  readonly run: (...args: readonly string[]) => Promise<ExecResult>;
  /** Writes the documents of a folder that `up` follows: those that are named are all there is. */
  readonly write: (documents: Readonly<Record<string, ProductSpec>>) => Promise<void>;
  /** The engine that follows the folder: the one that runs, or a new one. Node takes seconds to start inside. */
  readonly up: () => Running;
  /** No document, and nothing left of any. */
  readonly clear: () => Promise<void>;
  /** Names of all domains, by the word of somebody else than the engine. */
  readonly domains: () => Promise<readonly string[]>;
}

/** Windlass in a machine whose share holds what `bundleProduct` has written. */
export function productIn(lab: Inside, { domains, usual }: ProductOptions): Product {
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
      const running = product.up();
      const end = Date.now() + patience;
      while ((await product.domains()).length > 0 || !running.forgotten()) {
        if (Date.now() > end) throw new Error(`domains are left: ${(await product.domains()).join(', ')}`);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      running.turnPage();
    },
    domains: () => domains(lab),
  };
  return product;
}

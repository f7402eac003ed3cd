/**
 * What the files of a state directory say to other processes: `status.json` in the directory of each domain, and `engine.json` at the
 * root. Each is replaced whole. Other processes only read them, and believe them only as far as the host agrees (`observed-status`).
 */
import { z } from 'zod';
import type { Ports } from '../effects/ports.js';
import { messageOf } from '../errors.js';
import type { NodeCondition } from './node-conditions.js';
import type { DomainStatus } from './status.js';
import { phases } from './status.js';

export const statusName = 'status.json';
export const engineName = 'engine.json';

/** One run of an engine: a pid may be given to another engine later. */
export interface EngineRun {
  readonly pid: number;
  /** ISO 8601. */
  readonly startedAt: string;
}

export interface StatusFile {
  readonly version: 1;
  /** Who says so. */
  readonly engine: EngineRun;
  readonly status: DomainStatus;
}

/** State that no document names, as another process is told of it. */
export interface OrphanNote {
  readonly name: string;
  readonly directory: string;
}

export interface EngineFile {
  readonly version: 1;
  readonly engine: EngineRun;
  /** Number of an event whose consequences, and those of all before it, are in the status files. */
  readonly sequence: number;
  readonly writtenAt: string;
  readonly conditions: readonly NodeCondition[];
  readonly orphans: readonly OrphanNote[];
  /** Domains without a state directory: what they wait for keeps them from having one. */
  readonly unplaced: readonly DomainStatus[];
}

const run = z.looseObject({ pid: z.int().positive(), startedAt: z.string() });
const condition = z.looseObject({ type: z.string(), status: z.enum(['True', 'False', 'Unknown']), reason: z.string(), message: z.string(), since: z.string() });
/** What readers compute with; the rest is shown as it is. */
const status = z.looseObject({
  name: z.string(),
  phase: z.enum(phases),
  state: z.string(),
  conditions: z.array(condition),
  desired: z.looseObject({ power: z.enum(['running', 'suspended', 'paused', 'halted']), removed: z.boolean() }),
  incarnation: z.int(),
  stateDirectory: z.string(),
  updatedAt: z.string(),
});
const statusFile = z.looseObject({ version: z.literal(1), engine: run, status });
const engineFile = z.looseObject({
  version: z.literal(1),
  engine: run,
  sequence: z.int().nonnegative(),
  writtenAt: z.string(),
  conditions: z.array(condition),
  orphans: z.array(z.looseObject({ name: z.string(), directory: z.string() })),
  unplaced: z.array(status),
});

/** `problem` says why a file that is there cannot be used. */
export type FileReading<Content> = { readonly content: Content | undefined; readonly problem: string | undefined };

/** Never rejects. */
export async function readStatusFile(ports: Pick<Ports, 'files'>, path: string): Promise<FileReading<StatusFile>> {
  return read(ports, path, (value) => statusFile.parse(value) as unknown as StatusFile);
}

/** Never rejects. */
export async function readEngineFile(ports: Pick<Ports, 'files'>, path: string): Promise<FileReading<EngineFile>> {
  return read(ports, path, (value) => engineFile.parse(value) as unknown as EngineFile);
}

async function read<Content>({ files }: Pick<Ports, 'files'>, path: string, understand: (value: unknown) => Content): Promise<FileReading<Content>> {
  try {
    const text = await files.readText(path);
    return { content: text === undefined ? undefined : understand(JSON.parse(text)), problem: undefined };
  } catch (thrown) {
    return { content: undefined, problem: thrown instanceof z.ZodError ? z.prettifyError(thrown) : messageOf(thrown) };
  }
}

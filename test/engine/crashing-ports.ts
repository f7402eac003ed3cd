/**
 * Ports of an engine that dies at a chosen point: after its n-th change of the world (a file, a process, a signal, a word on a channel)
 * nothing that it does has any effect, and nothing is answered, as if it had been killed there. What the kernel does for a dead process
 * is done: its lock passes on, and its connections end. What it has started lives.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Observable } from 'rxjs';
import type { AppendingFile, GrowingFilePort } from '../../src/effects/ports/growing-files.js';
import type { Connection } from '../../src/effects/ports/sockets.js';
import type { FilePort } from '../../src/effects/ports/files.js';
import type { HeldLock } from '../../src/effects/ports/locks.js';
import type { LaunchedProcess, ProcessPort } from '../../src/effects/ports/processes.js';
import type { Ports } from '../../src/effects/ports.js';

export interface CrashPoint {
  /** After so many changes; 0: before the first. */
  readonly after: number;
  /** The last of them is done by half, where it has halves. */
  readonly half: boolean;
}

export interface CrashingPorts {
  readonly ports: Ports;
  /** Each change so far, in words. */
  readonly changes: readonly string[];
  readonly isDead: () => boolean;
  readonly death: Promise<void>;
}

/** `launching` stands around every start of a process. */
export function crashingPorts(real: Ports, point: CrashPoint, launching: (launch: () => Promise<LaunchedProcess>) => Promise<LaunchedProcess>): CrashingPorts {
  const changes: string[] = [];
  const locks = new Set<HeldLock>();
  const connections = new Set<Connection>();
  const files = new Set<AppendingFile>();
  const life = new AbortController();
  const death = new Promise<void>((resolve) => {
    life.signal.addEventListener('abort', () => {
      resolve();
    });
  });
  const isDead = (): boolean => life.signal.aborted;

  const die = (): void => {
    life.abort();
    for (const lock of locks) void lock.release();
    for (const connection of connections) connection.close();
    for (const file of files) void file.close();
  };
  /** An answer that the dead never hear. */
  const heard = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    if (isDead()) return never();
    try {
      const answer = await work();
      return isDead() ? await never<Answer>() : answer;
    } catch (thrown) {
      if (isDead()) return never();
      throw thrown;
    }
  };
  /** One change. What was begun before the death is finished: it was the kernel's already. */
  const change = <Answer>(what: string, work: () => Promise<Answer>, half?: () => void): Promise<Answer> => {
    if (isDead()) return never();
    changes.push(what);
    const isLast = changes.length === point.after;
    if (isLast && point.half && half !== undefined) {
      half();
      die();
      return never();
    }
    return heard(async () => {
      const answer = await work();
      if (isLast) die();
      return answer;
    });
  };
  if (point.after === 0) die();

  const filePort: FilePort = {
    findExecutable: (name) => heard(() => real.files.findExecutable(name)),
    readText: (path) => heard(() => real.files.readText(path)),
    tail: (path, bytes) => heard(() => real.files.tail(path, bytes)),
    list: (path) => heard(() => real.files.list(path)),
    stat: (path) => heard(() => real.files.stat(path)),
    idOf: (path) => heard(() => real.files.idOf(path)),
    accessible: (path, access) => heard(() => real.files.accessible(path, access)),
    waitForEntry: (directory, name, signal) => heard(() => real.files.waitForEntry(directory, name, signal)),
    ensureDirectory: (path, mode) => change(`ensureDirectory ${basename(path)}`, () => real.files.ensureDirectory(path, mode)),
    ensureStateRoot: (path) => change(`ensureStateRoot ${basename(path)}`, () => real.files.ensureStateRoot(path)),
    writeAtomic: (path, content, mode, options) =>
      change(
        `writeAtomic ${basename(path)}`,
        () => real.files.writeAtomic(path, content, mode, options),
        () => writeFileSync(join(dirname(path), `.${basename(path)}.0123456789ab.tmp`), content.slice(0, content.length / 2), { mode }),
      ),
    ensureSymlink: (path, target) => change(`ensureSymlink ${basename(path)}`, () => real.files.ensureSymlink(path, target)),
    remove: (path) => change(`remove ${basename(path)}`, () => real.files.remove(path)),
    copyIfAbsent: (from, to, mode) => change(`copyIfAbsent ${basename(to)}`, () => real.files.copyIfAbsent(from, to, mode)),
    rename: (from, to) => change(`rename ${basename(from)}`, () => real.files.rename(from, to)),
  };
  const growing: GrowingFilePort = {
    append: (path, mode) => change(`open ${basename(path)}`, async () => dying(await real.growing.append(path, mode), path)),
    read: (path) => heard(() => real.growing.read(path)),
    watch: (directory, changed) => real.growing.watch(directory, changed),
  };
  const dying = (file: AppendingFile, path: string): AppendingFile => {
    files.add(file);
    return { ...file, ...dyingWrites(file, path) };
  };
  const dyingWrites = (file: AppendingFile, path: string): Partial<AppendingFile> => ({
    append: (bytes) =>
      change(
        `append ${basename(path)}`,
        () => file.append(bytes),
        () => {
          appendFileSync(path, bytes.subarray(0, bytes.length / 2));
        },
      ),
    cut: (size) => change(`cut ${basename(path)}`, () => file.cut(size)),
    sync: () => heard(() => file.sync()),
  });
  const processes: ProcessPort = {
    ...real.processes,
    identify: (pid) => heard(() => real.processes.identify(pid)),
    presence: (identity) => heard(() => real.processes.presence(identity)),
    findByArgument: (argument) => heard(() => real.processes.findByArgument(argument)),
    launchDetached: (request) =>
      change('launch', async () => {
        const { exited, identity } = await launching(() => real.processes.launchDetached(request));
        return { identity, exited: heard(() => exited) };
      }),
    signal: (identity, signal) => change(`signal ${signal}`, () => real.processes.signal(identity, signal)),
  };
  const sent = (connection: Connection): Connection => ({
    received: new Observable((subscriber) =>
      connection.received.subscribe({
        next: (bytes) => isDead() || subscriber.next(bytes),
        error: (error) => isDead() || subscriber.error(error),
        complete: () => isDead() || subscriber.complete(),
      }),
    ),
    send: (bytes) =>
      void change('send', () => {
        connection.send(bytes);
        return Promise.resolve();
      }),
    close: () => connection.close(),
  });

  return {
    changes,
    isDead,
    death,
    ports: {
      files: filePort,
      growing,
      processes,
      host: { facts: () => heard(() => real.host.facts()), bootId: () => heard(() => real.host.bootId()), user: (user) => heard(() => real.host.user(user)) },
      cgroups: {
        facts: () => heard(() => real.cgroups.facts()),
        // No change by which the next engine could be misled: a cgroup says nothing about a domain.
        place: (root, name, identity) => heard(() => real.cgroups.place(root, name, identity)),
        find: (root, name, identity) => heard(() => real.cgroups.find(root, name, identity)),
        oomKills: (group) => heard(() => real.cgroups.oomKills(group)),
        kill: (group) => heard(() => real.cgroups.kill(group)),
        remove: (group) => heard(() => real.cgroups.remove(group)),
      },
      oom: real.oom,
      secrets: real.secrets,
      pci: real.pci,
      pciDrivers: {
        binding: (address) => heard(() => real.pciDrivers.binding(address)),
        setOverride: (address, driver) => change(`setOverride ${address}`, () => real.pciDrivers.setOverride(address, driver)),
        unbind: (address) => change(`unbind ${address}`, () => real.pciDrivers.unbind(address)),
        bind: (address, driver) => change(`bind ${address}`, () => real.pciDrivers.bind(address, driver)),
      },
      clock: { now: () => real.clock.now(), sleep: (milliseconds, signal) => heard(() => real.clock.sleep(milliseconds, signal)) },
      sockets: {
        terminal: (path) => heard(() => real.sockets.terminal(path)),
        device: (path, signal) => heard(() => real.sockets.device(path, signal)),
        tcpReachable: (host, port, signal) => heard(() => real.sockets.tcpReachable(host, port, signal)),
        connect: (path, signal) =>
          heard(async () => {
            const connection = await real.sockets.connect(path, signal);
            if (isDead()) connection.close();
            connections.add(connection);
            return sent(connection);
          }),
      },
      locks: {
        holder: (path) => heard(() => real.locks.holder(path)),
        acquire: (path) =>
          change('lock', async () => {
            const lock = await real.locks.acquire(path);
            locks.add(lock);
            return lock;
          }),
      },
    },
  };
}

function never<Answer>(): Promise<Answer> {
  return new Promise(() => undefined);
}

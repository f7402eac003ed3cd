import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { consoleOfRun } from '../../src/anchors/console-of-run.js';
import { goneAnchor } from '../../src/anchors/gone.js';
import { launchAnchor } from '../../src/anchors/launch.js';
import { observeAnchor } from '../../src/anchors/observe.js';
import { prepareAnchor } from '../../src/anchors/prepare.js';
import { reapAnchor, removeState } from '../../src/anchors/reap.js';
import { readRecord, updateRecord, writeIntent } from '../../src/anchors/record.js';
import { killAnchor, signalAnchor } from '../../src/anchors/signals.js';
import { launchRecipe } from '../../src/anchors/launch-recipe.js';
import type { LaunchedProcess } from '../../src/effects/ports/processes.js';
import type { Ports } from '../../src/effects/ports.js';
import { WindlassError } from '../../src/errors.js';
import { anchorScene } from './anchor-scene.js';

const neverRefused = (why: WindlassError): never => {
  throw why;
};
const soon = (): AbortSignal => AbortSignal.timeout(2_000);

describe('killing', () => {
  it('resolves when the anchor is confirmed absent', async () => {
    await using scene = await anchorScene();
    const { exited, identity } = await scene.launch();
    await killAnchor(scene.ports, identity, scene, soon(), neverRefused);
    expect(await observeAnchor(scene.ports, scene)).toMatchObject({ presence: 'absent' });
    expect(await exited).toEqual({ code: null, signal: 'SIGKILL' });
    await killAnchor(scene.ports, identity, scene, soon(), neverRefused);
    expect(await signalAnchor(scene.ports, identity, 'SIGTERM')).toBe(false);
  });

  it('reaches the process of an interrupted launch', async () => {
    await using scene = await anchorScene();
    await prepareAnchor(scene.ports, scene.recipe, scene);
    await writeIntent(scene.ports, scene.layout, scene.record);
    const identity = await scene.spawnOnly();
    await killAnchor(scene.ports, null, scene, soon(), neverRefused);
    expect(await scene.ports.processes.presence(identity)).toBe('absent');
  });

  it('gives up at its deadline', async () => {
    await using scene = await anchorScene();
    const { identity } = await scene.launch();
    await expect(goneAnchor(scene.ports, identity, AbortSignal.timeout(20))).rejects.toMatchObject({ name: 'TimeoutError' });
    await expect(goneAnchor(scene.ports, identity, AbortSignal.abort('no'))).rejects.toBe('no');
  });
});

describe('reaping', () => {
  it('refuses a living anchor, then removes what misleads and keeps what tells', async () => {
    await using scene = await anchorScene();
    const { identity } = await scene.launch();
    for (const name of ['qmp', 'console.log', '.anchor.json.0123456789ab.tmp']) writeFileSync(`${scene.layout.directory}/${name}`, '');
    const reaping = { transient: scene.recipe.transient, changes: { failures: 2, end: { cause: 'killed' } } };
    await expect(reapAnchor(scene.ports, scene, reaping)).rejects.toMatchObject({ code: 'ANCHOR_NOT_ABSENT' });
    await expect(removeState(scene.ports, scene)).rejects.toMatchObject({ code: 'ANCHOR_NOT_ABSENT' });
    await killAnchor(scene.ports, identity, scene, soon(), neverRefused);
    for (let round = 0; round < 2; round += 1) await reapAnchor(scene.ports, scene, reaping);
    expect(readdirSync(scene.layout.directory).sort()).toEqual(['anchor.json', 'anchor.log', 'console.log']);
    expect(await observeAnchor(scene.ports, scene)).toMatchObject({
      presence: 'absent',
      why: 'ended',
      record: { phase: 'ended', identity: null, incarnation: 3, failures: 2, end: { cause: 'killed' } },
    });
    for (let round = 0; round < 2; round += 1) await removeState(scene.ports, scene);
    expect(existsSync(scene.layout.directory)).toBe(false);
  });

  it('lets the next incarnation start', async () => {
    await using scene = await anchorScene();
    const { identity } = await scene.launch();
    await killAnchor(scene.ports, identity, scene, soon(), neverRefused);
    await reapAnchor(scene.ports, scene, { transient: [] });
    const next = await scene.launch();
    expect(next.identity.pid).not.toBe(identity.pid);
  });
});

describe('the console of a run', () => {
  it('can be read until the next run is prepared, which has none of it, though the log that it may be a link to stays', async () => {
    await using scene = await anchorScene();
    const { identity } = await scene.launch();
    const log = `${scene.root}/guest-hello.log`;
    writeFileSync(log, 'login: of yesterday\n');
    writeFileSync(scene.layout.consoleStart, '7');
    symlinkSync(log, scene.layout.consoleLog);
    await killAnchor(scene.ports, identity, scene, soon(), neverRefused);
    await reapAnchor(scene.ports, scene, { transient: scene.recipe.transient });
    expect(await consoleOfRun(scene.ports.files, scene.layout, 1_000)).toBe('of yesterday\n');
    await prepareAnchor(scene.ports, scene.recipe, scene);
    expect(await consoleOfRun(scene.ports.files, scene.layout, 1_000)).toBe('');
    expect([existsSync(scene.layout.consoleStart), readFileSync(log, 'utf8')]).toEqual([false, 'login: of yesterday\n']);
  });
});

describe('the record', () => {
  it('keeps what the engine adds, whatever it is', async () => {
    await using scene = await anchorScene();
    await prepareAnchor(scene.ports, scene.recipe, scene);
    const written = await writeIntent(scene.ports, scene.layout, { ...scene.record, claims: [{ kind: 'image', id: '8:1' }], document: { spec: { memory: 1 } } });
    await updateRecord(scene.ports, scene.layout, written, { failures: 5 });
    expect(await readRecord(scene.ports, scene.layout)).toMatchObject({
      state: 'read',
      record: { failures: 5, claims: [{ kind: 'image', id: '8:1' }], document: { spec: { memory: 1 } } },
    });
  });
});

describe('launching', () => {
  it('ends what it cannot record', async () => {
    await using scene = await anchorScene();
    await prepareAnchor(scene.ports, scene.recipe, scene);
    const full = new WindlassError('FILE_NO_SPACE', 'no space left');
    let writes = 0;
    const ports: Ports = {
      ...scene.ports,
      files: {
        ...scene.ports.files,
        writeAtomic: (...given) => ((writes += 1) > 1 ? Promise.reject(full) : scene.ports.files.writeAtomic(...given)),
      },
    };
    let launched: LaunchedProcess | undefined;
    const launch = async (): Promise<LaunchedProcess> => (launched = await launchRecipe(scene.ports, scene.recipe, scene.layout));
    await expect(launchAnchor(ports, { layout: scene.layout, record: scene.record, launch })).rejects.toBe(full);
    expect(await launched?.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(await observeAnchor(scene.ports, scene)).toMatchObject({ presence: 'absent', why: 'never-started' });
  });

  it('starts nothing that it could not announce', async () => {
    await using scene = await anchorScene();
    const launch = (): Promise<LaunchedProcess> => Promise.reject(new Error('must not be called'));
    await expect(launchAnchor(scene.ports, { layout: scene.layout, record: scene.record, launch })).rejects.toMatchObject({ code: 'FILE_ABSENT' });
    await scene.ports.files.ensureDirectory(scene.layout.directory, 0o700);
    await expect(launchAnchor(scene.ports, { layout: scene.layout, record: scene.record, launch, signal: AbortSignal.abort('no') })).rejects.toBe('no');
  });

  it('finds out by the marker what a dying spawner has done', async () => {
    await using scene = await anchorScene();
    await prepareAnchor(scene.ports, scene.recipe, scene);
    const uncertain = new WindlassError('LAUNCH_UNCERTAIN', 'the spawner process died');
    const nothing = launchAnchor(scene.ports, { layout: scene.layout, record: scene.record, launch: () => Promise.reject(uncertain) });
    await expect(nothing).rejects.toMatchObject({ code: 'LAUNCH_FAILED', retryable: true });
    const identity = await scene.spawnOnly();
    const { exited, ...launched } = await launchAnchor(scene.ports, { layout: scene.layout, record: scene.record, launch: () => Promise.reject(uncertain) });
    expect(launched.identity).toEqual(identity);
    await killAnchor(scene.ports, identity, scene, soon(), neverRefused);
    expect(await exited).toEqual({ code: null, signal: null });
  });

  it('says when a recipe names a user who does not exist', async () => {
    await using scene = await anchorScene({ user: 'nobody-of-this-name' });
    await expect(scene.launch()).rejects.toMatchObject({ code: 'USER_UNKNOWN', field: 'spec.user' });
  });
});

describe('preparing', () => {
  it('writes and copies, again and again, with nothing misleading left', async () => {
    await using scene = await anchorScene();
    const { directory } = scene.layout;
    const recipe = {
      ...scene.recipe,
      files: [{ path: `${directory}/seed`, content: 'seed', mode: 0o600 }],
      copies: [{ from: '/etc/hostname', to: `${directory}/vars`, mode: 0o600 }],
      requires: [{ path: '/etc/hostname', field: 'spec.disks[0].image', writable: false }],
    };
    for (let round = 0; round < 2; round += 1) {
      await prepareAnchor(scene.ports, recipe, scene);
      expect(readdirSync(directory).sort()).toEqual(['seed', 'vars']);
      writeFileSync(`${directory}/qmp`, '');
      writeFileSync(scene.layout.pid, '1');
    }
  });

  it('writes bytes that are no text as they are', async () => {
    await using scene = await anchorScene();
    const path = `${scene.layout.directory}/table`;
    const bytes = Buffer.from([0x1b, 0x00, 0xc8, 0xff, 0x80]);
    await prepareAnchor(scene.ports, { ...scene.recipe, files: [{ path, content: bytes.toString('base64'), encoding: 'base64', mode: 0o600 }] }, scene);
    expect(readFileSync(path)).toEqual(bytes);
  });

  it('names the field of a path that is missing, before anything is touched', async () => {
    await using scene = await anchorScene({ requires: [{ path: '/no/such.img', field: 'spec.disks[0].image', writable: true }] });
    await expect(scene.launch()).rejects.toMatchObject({ code: 'PREPARE_PATH_ABSENT', field: 'spec.disks[0].image' });
    expect(existsSync(scene.layout.directory)).toBe(false);
  });

  it('stays within the state directory', async () => {
    for (const path of ['/etc/cron.d/x', '/tmp/../etc/x']) {
      await using scene = await anchorScene({ files: [{ path, content: '', mode: 0o600 }] });
      await expect(scene.launch()).rejects.toMatchObject({ code: 'RECIPE_PATH_OUTSIDE' });
    }
  });
});

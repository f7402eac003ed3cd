import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { goneDomain } from '../../src/anchors/gone.js';
import type { AnchorHome } from '../../src/anchors/home.js';
import { observeAnchor } from '../../src/anchors/observe.js';
import { prepareAnchor } from '../../src/anchors/prepare.js';
import { writeIntent } from '../../src/anchors/record.js';
import { reapAnchor } from '../../src/anchors/reap.js';
import { killAnchor } from '../../src/anchors/signals.js';
import type { Presence } from '../../src/effects/ports/processes.js';
import { WindlassError } from '../../src/errors.js';
import { type AnchorScene, anchorScene } from './anchor-scene.js';

let scene: AnchorScene;
/** A hypervisor of one domain: what it would answer, and what it was told to end. */
let domain: Presence;
let destroyed: string[];
/** What the hypervisor says against it before it obeys. */
let refusal: WindlassError | undefined;
let home: AnchorHome;

beforeEach(async () => {
  scene = await anchorScene();
  domain = 'absent';
  destroyed = [];
  refusal = undefined;
  home = {
    layout: scene.layout,
    adapter: {
      domains: {
        presence: () => Promise.resolve(domain),
        destroy: (_, marker, __, onRefused) => {
          destroyed.push(marker);
          if (refusal !== undefined) onRefused(refusal);
          domain = 'absent';
          return Promise.resolve();
        },
      },
    },
  };
});

afterEach(() => scene[Symbol.asyncDispose]());

const neverRefused = (why: WindlassError): never => {
  throw why;
};

/** Launches, and kills the process behind everybody's back: the hypervisor runs the domain on. */
async function orphanedDomain(): Promise<Awaited<ReturnType<AnchorScene['launch']>>> {
  const launched = await scene.launch();
  domain = 'present';
  await scene.ports.processes.signal(launched.identity, 'SIGKILL');
  await launched.exited;
  return launched;
}

describe('a domain whose anchor process is gone', () => {
  it('is present while its hypervisor runs it, under the identity that is on record', async () => {
    const { identity } = await orphanedDomain();
    expect(await observeAnchor(scene.ports, home)).toMatchObject({ presence: 'present', identity });
    domain = 'unknown';
    expect(await observeAnchor(scene.ports, home)).toMatchObject({ presence: 'unknown' });
    domain = 'absent';
    expect(await observeAnchor(scene.ports, home)).toMatchObject({ presence: 'absent', why: 'process-gone' });
  });

  it('is neither prepared for again nor reaped', async () => {
    await orphanedDomain();
    await expect(prepareAnchor(scene.ports, scene.recipe, home)).rejects.toMatchObject({ code: 'ANCHOR_NOT_ABSENT' });
    await expect(reapAnchor(scene.ports, home, { transient: [] })).rejects.toMatchObject({ code: 'ANCHOR_NOT_ABSENT' });
  });

  it('is destroyed by the last rung, which then confirms it absent', async () => {
    const { identity } = await orphanedDomain();
    await killAnchor(scene.ports, identity, home, AbortSignal.timeout(5_000), neverRefused);
    expect(destroyed).toEqual([scene.record.marker]);
    await reapAnchor(scene.ports, home, { transient: [] });
    expect(await observeAnchor(scene.ports, home)).toMatchObject({ presence: 'absent', why: 'ended' });
  });

  it('has what its hypervisor says against its end told', async () => {
    const { identity } = await orphanedDomain();
    refusal = new WindlassError('XL_FAILED', 'xl destroy 3 ended with code 1: no');
    const told: string[] = [];
    await killAnchor(scene.ports, identity, home, AbortSignal.timeout(5_000), ({ message }) => told.push(message));
    expect(told).toEqual(['xl destroy 3 ended with code 1: no']);
  });

  it('is waited for after its process', async () => {
    const { identity } = await orphanedDomain();
    const marked = { ...home, marker: scene.record.marker };
    await expect(goneDomain(scene.ports, identity, marked, AbortSignal.timeout(50))).rejects.toMatchObject({ name: 'TimeoutError' });
    setTimeout(() => {
      domain = 'absent';
    }, 20);
    await goneDomain(scene.ports, identity, marked, AbortSignal.timeout(5_000));
  });
});

describe('a launch that was cut short', () => {
  it('may have made a domain without a process: it has no identity, and the last rung ends it', async () => {
    await prepareAnchor(scene.ports, scene.recipe, home);
    await writeIntent(scene.ports, scene.layout, scene.record);
    expect(await observeAnchor(scene.ports, home)).toMatchObject({ presence: 'absent', why: 'never-started' });
    domain = 'present';
    expect(await observeAnchor(scene.ports, home)).toMatchObject({ presence: 'present', identity: null });
    await killAnchor(scene.ports, null, home, AbortSignal.timeout(5_000), neverRefused);
    expect(destroyed).toEqual([scene.record.marker]);
  });

  it('behind a record that cannot be read is unknown while the hypervisor may run its domain', async () => {
    await prepareAnchor(scene.ports, scene.recipe, home);
    await scene.ports.files.writeAtomic(scene.layout.record, '{', 0o600);
    expect(await observeAnchor(scene.ports, home)).toMatchObject({ presence: 'unknown' });
    const marked = { ...home, marker: scene.record.marker };
    expect(await observeAnchor(scene.ports, marked)).toMatchObject({ presence: 'absent' });
    domain = 'present';
    expect(await observeAnchor(scene.ports, marked)).toMatchObject({ presence: 'unknown' });
  });
});

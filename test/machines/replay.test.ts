import { describe, expect, it } from 'vitest';
import { domainMachine } from '../../src/machines/domain.js';
import { withSleep } from './model/documents.js';
import { explore } from './model/explore.js';
import { MachineTable } from './model/machine.js';
import { inside, mutated } from './model/mutated.js';
import { scenario } from './model/report.js';
import { obstacleTo } from './replay/playable.js';
import { replay } from './replay/replay.js';
import { wander } from './replay/wander.js';

const table = new MachineTable(domainMachine);
/** `REPLAY_SEEDS=500` plays more of them. */
const wanted = Number(process.env['REPLAY_SEEDS'] ?? 20);
const settings = [
  { policy: 'Always', onChange: 'restart' },
  { policy: 'OnFailure', onChange: 'defer' },
  { policy: 'Never', onChange: 'restart' },
  withSleep,
] as const;

function playable(count: number): readonly (readonly [seed: number, (typeof settings)[number], ReturnType<typeof wander>])[] {
  const found = [];
  for (let seed = 1; found.length < count; seed += 1) {
    const setting = settings[seed % settings.length] ?? settings[0];
    const trace = wander(table, setting, seed, 40);
    if (obstacleTo(trace) === undefined) found.push([seed, setting, trace] as const);
  }
  return found;
}

describe('a scenario of the model checker, played on the engine', { timeout: 60_000 }, () => {
  it.each(playable(wanted))('goes as the model says: seed %i, %o', async (_, setting, trace) => {
    const { divergence, mostAnchors } = await replay(setting, trace);
    expect(divergence === null ? '' : `${JSON.stringify(divergence)}\n${scenario({ rule: 'none', trace: trace.slice(0, divergence.step) })}`).toBe('');
    expect(mostAnchors).toBeLessThanOrEqual(1);
  });

  it('shows on the host what a mistake in the machine does, and that the machine without it does not', async () => {
    const careless = mutated((config) => {
      inside(config, 'anchored.device-model-ready.launching').after = { launchDeadline: '#domain.backoff' };
    });
    const setting = { policy: 'OnFailure', onChange: 'restart' } as const;
    const { violation } = explore(careless, setting, { states: 40_000, documents: ['running'] });
    expect(violation?.rule).toMatch(/possibly living anchor/);
    // The shortest way to it leaves an order behind, whose process then comes.
    const state = violation?.trace.at(-1)?.state ?? '';
    const trace = [...(violation?.trace ?? []), { who: 'host', what: 'the process of an abandoned launch appears', state }] as const;
    expect(obstacleTo(trace)).toBeUndefined();

    expect(await replay(setting, trace, careless)).toMatchObject({ divergence: null, anchors: 1 });
    const { divergence } = await replay(setting, trace);
    expect(divergence).toMatchObject({ expected: state, found: 'anchored.halting.noting' });
  });

  it('is told to diverge where the model says something else than the engine does', async () => {
    const [first] = playable(1);
    const trace = (first?.[2] ?? []).map((step, index) => (index === 3 ? { ...step, state: 'failed' } : step));
    const { divergence } = await replay(settings[0], trace);
    expect(divergence).toMatchObject({ step: 4, expected: 'failed' });
  });
});

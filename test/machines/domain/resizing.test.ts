import { describe, expect, it } from 'vitest';
import { livingAnchor, someAnchor, wanted } from '../support/documents.js';
import { Stage, running } from '../support/stage.js';

const some = wanted().memory;
const more = 2 * some;

/** A running domain whose guest has the memory of its document. */
async function elastic(desired = wanted()): Promise<Stage> {
  const stage = await running(desired);
  stage.see({ type: 'guest.memory', bytes: some });
  return stage;
}

describe('memory that can be changed under the guest', () => {
  it('follows the document, in the same run: more is counted first, less when it was given back', async () => {
    const stage = await elastic();
    expect(stage.state).toBe('anchored.running.healthy');
    stage.desire({ memory: more });
    expect(stage.state).toBe('anchored.running.resizing.weighing');
    await stage.done('weigh');
    expect(stage.state).toBe('anchored.running.resizing.counting');
    expect(stage.inputOf('count')).toEqual({ name: 'hello', incarnation: 1, anchor: someAnchor, bytes: more, unrecorded: 'refused' });
    expect(stage.count('resize')).toBe(0);
    await stage.through('count', 'resize');
    expect(stage.state).toBe('anchored.running.healthy');
    expect(stage.context).toMatchObject({ memory: more, incarnation: 1 });

    stage.desire({ memory: some });
    await stage.done('weigh');
    expect(stage.state).toBe('anchored.running.resizing.asking');
    expect(stage.inputOf('resize')).toMatchObject({ bytes: some });
    await stage.done('resize');
    expect(stage.state).toBe('anchored.running.resizing.recounting');
    expect(stage.inputOf('count')).toMatchObject({ bytes: some, unrecorded: 'counts' });
    await stage.done('count');
    expect(stage.state).toBe('anchored.running.healthy');
    expect([stage.count('resize'), stage.count('count')]).toEqual([2, 2]);
  });

  it('counts with overhead, which the guest is not asked for', async () => {
    const stage = await elastic();
    stage.desire({ memory: more });
    await stage.done('weigh', { memory: more, needs: more + 5, counted: some + 5 });
    expect(stage.inputOf('count')).toMatchObject({ bytes: more + 5 });
    await stage.done('count');
    expect(stage.inputOf('resize')).toEqual({ name: 'hello', incarnation: 1, bytes: more });
  });

  it('counts for what it was as long as the guest keeps it', async () => {
    const stage = await elastic();
    stage.desire({ memory: some / 2 });
    await stage.done('weigh');
    await stage.done('resize', some);
    expect(stage.state).toBe('anchored.running.healthy');
    expect(stage.context.memory).toBe(some / 2);
    expect(stage.count('count')).toBe(0);
  });

  it('is asked for as it was counted, whatever another document says meanwhile, which comes next', async () => {
    const stage = await elastic();
    stage.desire({ memory: more });
    await stage.done('weigh');
    stage.desire({ memory: 2 * more });
    await stage.done('count');
    expect(stage.inputOf('resize')).toMatchObject({ bytes: more });
    await stage.done('resize');
    expect(stage.state).toBe('anchored.running.resizing.weighing');
    expect(stage.context.memory).toBe(more);
  });

  it('is set right where an operator changed it', async () => {
    const stage = await running();
    stage.see({ type: 'guest.memory', bytes: more });
    expect(stage.state).toBe('anchored.running.resizing.weighing');
    await stage.done('weigh');
    stage.see({ type: 'guest.memory', bytes: more / 4 });
    await stage.done('resize');
    // What was seen while it was asked for is newer than the answer.
    expect(stage.context.memory).toBe(more / 4);
  });

  it('is changed under a paused guest, too, which stays paused', async () => {
    const stage = await running();
    stage.desire({ power: 'paused' });
    await stage.done('pause');
    stage.see({ type: 'guest.memory', bytes: more });
    await stage.through('weigh', 'resize', 'count');
    expect(stage.state).toBe('anchored.running.paused');
  });

  it('is not asked for where the host has none or it cannot be put on record: why is told, and it is tried again', async () => {
    const stage = await elastic();
    stage.desire({ memory: more });
    await stage.done('weigh');
    await stage.fail('count', Object.assign(new Error('needs more'), { code: 'INSUFFICIENT_MEMORY', retryable: true }));
    expect(stage.state).toBe('anchored.running.retrying');
    expect(stage.context.problem?.reason).toBe('INSUFFICIENT_MEMORY');
    expect(stage.count('resize')).toBe(0);
    await stage.wait(1_000);
    expect(stage.state).toBe('anchored.running.resizing.weighing');
    expect(stage.context.problem?.reason).toBe('INSUFFICIENT_MEMORY');
  });

  it.each(['weigh', 'resize', 'count'] as const)('is weighed anew where %s fails or takes too long', async (effect) => {
    const stage = await elastic();
    stage.desire({ memory: some / 2 });
    for (const attempt of ['fails', 'takes too long']) {
      for (const before of ['weigh', 'resize', 'count'] as const) {
        if (before === effect) break;
        await stage.done(before);
      }
      if (attempt === 'fails') await stage.fail(effect);
      else await stage.wait(15_000);
      expect(stage.state).toBe('anchored.running.retrying');
      if (attempt !== 'fails') expect(stage.context.problem).toMatchObject({ reason: 'DEADLINE', message: 'the memory of the guest was not changed in time' });
      if (effect === 'count') stage.see({ type: 'guest.memory', bytes: some });
      await stage.wait(1_000);
      expect(stage.state).toBe('anchored.running.resizing.weighing');
    }
    await stage.through('weigh', 'resize', 'count');
    expect(stage.state).toBe('anchored.running.healthy');
    expect(stage.context.problem).toBeNull();
  });

  it('is weighed anew where a change was cut short, also if the document has gone back meanwhile', async () => {
    const stage = await elastic();
    stage.desire({ memory: more });
    await stage.through('weigh', 'count');
    await stage.fail('resize');
    stage.desire({ memory: some });
    await stage.wait(1_000);
    expect(stage.state).toBe('anchored.running.resizing.weighing');
    await stage.done('weigh', { memory: some, needs: some, counted: more });
    await stage.done('resize');
    expect(stage.inputOf('count')).toMatchObject({ bytes: some, unrecorded: 'counts' });
    await stage.done('count');
    expect(stage.state).toBe('anchored.running.healthy');
  });

  describe('of an adopted guest', () => {
    const adopted = async (anchor: Parameters<typeof livingAnchor>[0] = {}): Promise<Stage> => {
      const stage = new Stage(wanted());
      await stage.done('observe', livingAnchor(anchor));
      await stage.done('connect', 'running');
      stage.see({ type: 'guest.memory', bytes: some });
      return stage;
    };

    it('is weighed once, and the guest is left alone where it counts for what it has', async () => {
      const stage = await adopted();
      expect(stage.state).toBe('anchored.running.resizing.weighing');
      await stage.done('weigh', { memory: some, needs: some, counted: some });
      expect(stage.state).toBe('anchored.running.healthy');
      expect([stage.count('weigh'), stage.count('resize'), stage.count('count')]).toEqual([1, 0, 0]);
    });

    it('counts for less where an earlier engine was cut short, once the guest is seen to have no more', async () => {
      const stage = await adopted();
      await stage.done('weigh', { memory: some, needs: some, counted: more });
      await stage.done('resize');
      expect(stage.inputOf('count')).toMatchObject({ bytes: some, unrecorded: 'counts' });
      await stage.done('count');
      expect(stage.state).toBe('anchored.running.healthy');
    });

    it('counts for what it did where that cannot be weighed: it is as well as it was', async () => {
      const stage = await adopted();
      await stage.fail('weigh');
      expect(stage.state).toBe('anchored.running.healthy');
      expect(stage.context.problem).toBeNull();
    });

    it('counts for what it did where no process of its anchor is known', async () => {
      const stage = await adopted({ anchor: null });
      expect(stage.state).toBe('anchored.running.healthy');
    });
  });

  it('has one deadline for all of its steps', async () => {
    const stage = await elastic();
    stage.desire({ memory: more });
    await stage.wait(10_000);
    await stage.done('weigh');
    await stage.wait(4_900);
    expect(stage.state).toBe('anchored.running.resizing.counting');
    await stage.wait(200);
    expect(stage.state).toBe('anchored.running.retrying');
  });

  it('waits until the guest is paused, where that is wanted as well', async () => {
    const stage = await elastic();
    stage.desire({ power: 'paused', memory: more });
    expect(stage.state).toBe('anchored.running.pausing');
    await stage.through('pause', 'weigh', 'count', 'resize');
    expect(stage.state).toBe('anchored.running.paused');
  });

  it('is left alone where the change needs another anchor, and that is deferred', async () => {
    const stage = await elastic(wanted({ onChange: 'defer' }));
    stage.desire({ memory: more, anchorKey: 'key-b' });
    expect(stage.state).toBe('anchored.running.healthy');
  });

  it('is not spoken of where nobody can change it', async () => {
    const stage = await running();
    stage.desire({ memory: more });
    expect(stage.state).toBe('anchored.running.healthy');
  });
});

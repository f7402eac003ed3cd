import { describe, expect, it } from 'vitest';

/** Imported by the test itself, so that it fails where a module that cannot be loaded would only leave other files without tests. */
describe('a machine that is loaded', () => {
  it('names only states that it has, and each box says where it begins', async () => {
    const [{ domainMachine }, { nodeMachine }] = await Promise.all([import('../../src/machines/domain.js'), import('../../src/machines/node.js')]);
    expect([domainMachine.id, nodeMachine.id]).toEqual(['domain', 'node']);
    expect(Object.keys(domainMachine.states)).toEqual(['observing', 'pending', 'anchored', 'halted', 'backoff', 'failed', 'gone']);
    expect(Object.keys(nodeMachine.states)).toEqual(['locking', 'discovering', 'serving', 'halting', 'lettingGo', 'stopped', 'failed']);
  });
});

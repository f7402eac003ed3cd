import { expect, it } from 'vitest';
import { painter } from '../../src/cli/text/paint.js';
import { stateText } from '../../src/cli/views/state-view.js';
import type { NodeCondition, StateReading } from '../../src/index.js';

const condition = (type: NodeCondition['type'], trouble?: Pick<NodeCondition, 'reason' | 'message'>): NodeCondition => ({
  type,
  status: trouble === undefined ? 'True' : 'False',
  reason: 'Well',
  message: '',
  since: '2026-01-01T00:00:00.000Z',
  ...trouble,
});
const textOf = (conditions: readonly NodeCondition[]): string => {
  const reading: StateReading = { stateDirectory: '/s', engine: { pid: 77 }, sequence: 0, conditions, domains: [], orphans: [], problems: [] };
  return stateText(reading, { paint: painter(false), width: undefined, wide: false, now: 0 });
};

it('what stands in the engine’s way is shown, and nothing of what is well', () => {
  const devices = condition('DevicesGivenBack', { reason: 'PCI_UNBIND_SLOW', message: '0000:01:00.0: its driver is\nslow' });
  expect(textOf([condition('JournalWritten'), devices])).toBe('no domains in /s\nthe engine: 0000:01:00.0: its driver is\\nslow (PCI_UNBIND_SLOW)\n');
  expect(textOf([condition('JournalWritten')])).toBe('no domains in /s\n');
});

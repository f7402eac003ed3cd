import { describe, expect, it } from 'vitest';
import { adopt, foundEnded, rememberLastRun, unseen } from '../../../src/machines/domain/finding.js';
import { leftBehind, livingAnchor, nothingThere } from '../support/documents.js';
import { known } from '../support/facts.js';

describe('what is found on the host', () => {
  it('is believed only for what it is', () => {
    expect(adopt(known(), nothingThere)).toEqual({});
    expect(rememberLastRun(known(), livingAnchor())).toEqual({});
    expect(foundEnded(known(), nothingThere)).toEqual({});
    expect(foundEnded(known(), livingAnchor())).toEqual({});
    expect(foundEnded(known(), leftBehind())).toMatchObject({ end: { cause: 'vmm-gone' }, incarnation: 3 });
  });

  it('may be that its presence is unknown, which time may mend', () => {
    expect(unseen('hidden')).toEqual({ reason: 'PRESENCE_UNKNOWN', message: 'hidden', retryable: true });
  });
});

import { describe, expect, it } from 'vitest';
import { anchorLaunched, beginIncarnation, desire } from '../../../src/machines/domain/run-start.js';
import { someAnchor, wanted } from '../support/documents.js';
import { known } from '../support/facts.js';

describe('the start of a run', () => {
  it('keeps failures for the same device model', () => {
    expect(desire(known({ failures: 3 }), wanted({ generation: 2 }))).toMatchObject({ failures: 3, built: { anchorKey: 'key-a', generation: 2 } });
  });

  it('knows the anchor that was launched, and forgets it with its run', () => {
    expect(anchorLaunched(known(), someAnchor)).toEqual({ anchor: someAnchor });
    expect(beginIncarnation(known({ anchor: someAnchor }))).toMatchObject({ anchor: null, channel: 'none', incarnation: 2 });
  });
});

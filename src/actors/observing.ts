/** What does the host have of a domain? Every hypervisor's state directory is asked, since its document may have moved it. */
import { observeAnchor } from '../anchors/observe.js';
import { layoutOf } from '../anchors/layout.js';
import type { Finding } from '../machines/domain/finding.js';
import type { EffectInput } from '../machines/domain/events.js';
import type { RunRecord } from '../anchors/record.js';
import type { RunDetails } from './run-details.js';
import { readRunDetails } from './run-details.js';
import type { DomainActors } from './domain-actors.js';
import { effect } from './effect.js';
import { becomeReady, cgroupName, type DomainHandles, type DomainWorld } from './world.js';

export function observeActor(world: DomainWorld): DomainActors['observe'] {
  return effect<Finding, EffectInput>(world, async ({ input: { name } }) => {
    const handles = world.handles(name);
    const looking = [...world.adapters.values()].map(async (adapter) => {
      const layout = layoutOf(world.root, adapter.name, name);
      return { adapter, layout, finding: await observeAnchor(world.ports, { adapter, layout }) };
    });
    const [looked, bootId] = await Promise.all([Promise.all(looking), world.ports.host.bootId()]);
    const unknown = looked.find(({ finding }) => finding.presence === 'unknown');
    if (unknown?.finding.presence === 'unknown') return { presence: 'unknown', why: unknown.finding.reason };
    const present = looked.filter(({ finding }) => finding.presence === 'present');
    const [one, other] = present;
    if (one !== undefined && other !== undefined)
      return { presence: 'unknown', why: `two anchors live: ${one.layout.directory} and ${other.layout.directory}; end one of them` };
    if (one?.finding.presence === 'present') {
      const { adapter, finding, layout } = one;
      const run = readRunDetails(finding.record, handles.wanted);
      const { incarnation } = finding.record;
      handles.home = { adapter, layout, marker: finding.record.marker };
      handles.child = undefined;
      handles.run = new AbortController();
      handles.built = run;
      handles.cgroup = await world.ports.cgroups.find(world.root, cgroupName(adapter.name, name), finding.identity);
      handles.oomsBefore = world.ports.oom.count();
      becomeReady(handles, true);
      world.admission.adopt(name, run.placement.memoryBytes);
      world.claims.adopt(name, run.claims);
      const { anchorKey, ending = null, failures, generation, ladder } = run;
      return { presence: 'present', anchor: finding.identity, anchorKey, generation, incarnation, failures, ladder, ending };
    }
    // What its record claims was held until this was certain.
    world.claims.release(name);
    world.admission.release(name);
    for (const { adapter, finding, layout } of looked) {
      if (finding.presence !== 'absent' || finding.record === undefined) continue;
      handles.home = { adapter, layout, marker: finding.record.marker };
      handles.cgroup = await world.ports.cgroups.find(world.root, cgroupName(adapter.name, name), null);
      return afterRecord(handles, finding.record, finding.why, bootId);
    }
    return { presence: 'absent', why: 'no-record', incarnation: 0, failures: 0, end: null, unreaped: null };
  });
}

/** What a record tells of an anchor that is gone. */
function afterRecord(handles: DomainHandles, record: RunRecord, why: string, bootId: string): Finding {
  const { bootId: recorded, identity, incarnation, phase } = record;
  const nothing = { presence: 'absent', why, incarnation, failures: 0, end: null, unreaped: null } as const;
  const run = detailsOf(handles, record);
  // What happened before the host was booted decides nothing any more, and neither does what cannot be read: no anchor depends on it.
  if (recorded !== bootId || run === undefined) return nothing;
  const { anchorKey, end, ending = null, failures, generation } = run;
  if (phase === 'ended') return { ...nothing, failures, end };
  handles.built = run;
  return { ...nothing, failures, end, unreaped: { anchorKey, generation, lived: identity !== null, ending } };
}

function detailsOf({ wanted }: DomainHandles, record: RunRecord): RunDetails | undefined {
  try {
    return readRunDetails(record, wanted);
  } catch {
    return undefined;
  }
}

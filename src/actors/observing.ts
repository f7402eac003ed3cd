/** What does the host have of a domain? Every hypervisor's state directory is asked, since its document may have moved it. */
import { fromPromise } from 'xstate';
import { observeAnchor } from '../anchors/observe.js';
import { layoutOf } from '../anchors/layout.js';
import type { Finding } from '../machines/domain/context.js';
import type { EffectInput } from '../machines/domain/events.js';
import { readRun } from './run-record.js';
import type { DomainWorld } from './world.js';

export function observeActor(world: DomainWorld) {
  return fromPromise<Finding, EffectInput>(async ({ input: { name } }) => {
    const handles = world.handles(name);
    const looked = await Promise.all(
      [...world.adapters.values()].map(async (adapter) => {
        const layout = layoutOf(world.root, adapter.name, name);
        return { adapter, layout, finding: await observeAnchor(world.ports, layout) };
      }),
    );
    const unknown = looked.find(({ finding }) => finding.presence === 'unknown');
    if (unknown?.finding.presence === 'unknown') return { presence: 'unknown', why: unknown.finding.reason };
    const present = looked.filter(({ finding }) => finding.presence === 'present');
    const [one, other] = present;
    if (one !== undefined && other !== undefined)
      return { presence: 'unknown', why: `two anchors live: ${one.layout.directory} and ${other.layout.directory}; end one of them` };
    if (one?.finding.presence === 'present') {
      const { adapter, finding, layout } = one;
      const run = readRun(finding.record);
      handles.home = { adapter, layout };
      handles.gone = undefined;
      handles.run = new AbortController();
      handles.adopted = run;
      world.admission.adopt(name, run.memoryBytes);
      world.claims.adopt(name, run.claims);
      return {
        presence: 'present',
        anchor: finding.identity,
        anchorKey: run.anchorKey,
        generation: run.generation,
        incarnation: run.incarnation,
        failures: run.failures,
        ladder: run.ladder,
      };
    }
    const absent = looked.find(({ finding }) => finding.presence === 'absent' && finding.record !== undefined);
    if (absent?.finding.presence !== 'absent' || absent.finding.record === undefined)
      return { presence: 'absent', why: 'nothing was found', incarnation: 0, failures: 0, end: null };
    const run = readRun(absent.finding.record);
    handles.home = { adapter: absent.adapter, layout: absent.layout };
    return { presence: 'absent', why: absent.finding.why, incarnation: run.incarnation, failures: run.failures, end: run.end };
  });
}

import { filter, map, merge } from 'rxjs';
import { fromEventObservable } from 'xstate';
import type { DomainObservation, EffectInput } from '../machines/domain/events.js';
import type { DomainWatch } from './domain-actors.js';
import { livenessOf } from './liveness.js';
import type { DomainWorld } from './world.js';

/** Everything seen of one run. RxJS ends here: the stream never errors, its messages are the machine's events. */
export function watchActor(world: DomainWorld): DomainWatch {
  return fromEventObservable<DomainObservation, EffectInput>(({ input: { incarnation, name } }) =>
    merge(
      world.handles(name).seen.pipe(filter((seen) => seen.incarnation === incarnation)),
      livenessOf(world, name).pipe(map((seen) => ({ ...seen, incarnation }))),
    ),
  );
}

import type { BootDevice, DomainSpec } from '../../../documents/domain-spec.js';

/** Without an order in the document: installed systems before installers, and the network only when asked for. */
const plannersOrder: readonly BootDevice[] = ['disk', 'cdrom'];

/** More than there can be devices of one kind. */
const stride = 100;

/** `{bootindex}` of the device at `place` among its kind; empty where firmware shall not boot from it. */
export function bootIndex(spec: DomainSpec, kind: BootDevice, place: number): Readonly<Record<string, number>> {
  if (spec.boot.kernel !== undefined) return {};
  const order = spec.boot.order.length === 0 ? plannersOrder : spec.boot.order;
  const rank = order.indexOf(kind);
  return rank === -1 ? {} : { bootindex: rank * stride + place + 1 };
}

import type { DeviceModel, PlannedDevice } from '../../index.js';
import type { Column, TableOptions } from '../text/table.js';
import { table } from '../text/table.js';

const columns: readonly Column<PlannedDevice>[] = [
  { title: 'CLASS', cell: ({ class: name }) => name },
  { title: 'FRONT END', cell: ({ frontEnd }) => frontEnd, least: 12 },
  { title: 'BUS', cell: ({ address, bus }) => (address === undefined ? bus : `${bus} ${address}`), least: 6 },
  { title: 'BACK END', cell: ({ backEnd: { host, name } }) => (host === undefined ? name : `${name} ${host}`), least: 14 },
  { title: 'WHY', cell: ({ why }) => why, least: 16 },
];

/** The device model as lines: what the guest's driver sees, who serves it, and why. */
export function deviceTable({ devices }: DeviceModel, options: TableOptions): readonly string[] {
  return table(columns, devices, options);
}

import type { HypervisorAdapter } from '../contract.js';
import { explains } from './anchor/build-failure.js';
import { connect } from './anchor/connect.js';
import { hostedDomains, usage } from './anchor/hosted.js';
import { launch } from './anchor/launch.js';
import { giveBackDevices, takeDevices, takenDevices } from './anchor/pci.js';
import { runLogs } from './anchor/run-logs.js';
import { complains } from './channel/xl/verdict.js';
import { compare } from './compare.js';
import { capacity } from './probe/capacity.js';
import { hostCpus } from './probe/host-cpus.js';
import { probe } from './probe/probe.js';
import { plan } from './render/plan.js';

/** Xen through its toolstack xl: guests of type pv, pvh and hvm. */
export const xenAdapter: HypervisorAdapter = {
  name: 'xen',
  domains: hostedDomains,
  probe,
  capacity,
  cpus: hostCpus,
  plan,
  compare,
  takeDevices,
  giveBackDevices,
  takenDevices,
  launch,
  runLogs,
  complains,
  explains,
  connect,
  usage,
};

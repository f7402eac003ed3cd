import type { HypervisorAdapter } from '../contract.js';
import { connect } from './anchor/connect.js';
import { giveBackDevices, takeDevices, takenDevices } from './anchor/devices.js';
import { launch } from './anchor/launch.js';
import { usage } from './anchor/usage.js';
import { compare } from './compare.js';
import { probe } from './probe/probe.js';
import { plan } from './render/plan.js';

/** QEMU system emulation, with KVM or without. */
export const qemuAdapter: HypervisorAdapter = { name: 'qemu', probe, plan, compare, takeDevices, giveBackDevices, takenDevices, launch, connect, usage };

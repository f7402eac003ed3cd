import type { HostInterface, HostStorage, PciFunction, PciSurvey } from '../../src/effects/ports/pci.js';

/** A function of an Ethernet card that nothing hangs on, behind nothing; and what a test says of it. */
export function pciFunction(address: string, facts: Partial<PciFunction> = {}): PciFunction {
  return {
    address,
    class: '020000',
    vendor: '8086',
    device: '10d3',
    portType: 'endpoint',
    multifunction: false,
    virtualFunctions: [],
    interfaces: [],
    storage: [],
    bootDisplay: false,
    frameBuffers: [],
    consoles: [],
    unknown: [],
    ...facts,
  };
}

export const surveyOf = (...functions: readonly PciFunction[]): PciSurvey => ({ functions, unknown: [] });

export const networkInterface = (name: string, facts: Partial<HostInterface> = {}): HostInterface => ({ name, up: true, addresses: [], defaultRoute: false, above: [], ...facts });

export const storage = (name: string, facts: Partial<HostStorage> = {}): HostStorage => ({ name, mounts: [], swap: false, holders: [], pool: false, ...facts });

/** Access control with everything switched on that keeps peers apart. */
export const keptApart = { capable: 0x1d, enabled: 0x1d };

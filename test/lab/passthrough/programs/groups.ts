/** Prints, as JSON, the PCI functions of this host, and the isolation groups as they are worked out where a kernel tells none. */
import { derivedGroups } from '../../../../src/device-model/passthrough/isolation-groups.js';
import { hostPorts } from '../../../../src/effects/host-ports.js';

const ports = hostPorts();
const survey = await ports.pci.survey();
process.stdout.write(JSON.stringify({ survey, derived: Object.fromEntries(derivedGroups(survey.functions)) }));
await ports.close();

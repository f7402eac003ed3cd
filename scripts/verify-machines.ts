/** placeholder */
import { domainMachine } from '../src/machines/domain.js';
import { allSettings } from '../test/machines/model/documents.js';
import { explore } from '../test/machines/model/explore.js';
for (const setting of allSettings.slice(0,1)) {
  const t = performance.now();
  const r = explore(domainMachine, setting, { states: 1_000_000 });
  console.log(setting, r.states, r.transitions, r.machineStates, r.depth, r.complete, Math.round(performance.now()-t));
  if (r.violation) { console.log(r.violation.rule); for (const s of r.violation.trace) console.log(`${s.who}: ${s.what} -> ${s.state}`); break; }
}

/** The composition root: here, and only here, ports, adapters, machines and status meet. */
import { filter, firstValueFrom, map, merge, of } from 'rxjs';
import { createActor, fromPromise, toPromise } from 'xstate';
import { createAdmission } from '../actors/admission.js';
import { provideDomainEffects } from '../actors/domain-effects.js';
import type { DomainHandles, DomainWorld, Placing, WantedDomain } from '../actors/world.js';
import { createHandles } from '../actors/world.js';
import { createClaims } from '../anchors/claims.js';
import { discoverAnchors } from '../anchors/discover.js';
import type { ParsedDocument } from '../documents/parse.js';
import { specDigest } from '../documents/spec-digest.js';
import { hostPorts } from '../effects/host-ports.js';
import { WindlassError } from '../errors.js';
import { nodeMachine } from '../machines/node.js';
import { reconcile } from '../machines/node/reconcile.js';
import { createEventLog } from '../status/event-log.js';
import { createStatusStore } from '../status/store.js';

export { compare } from './compare.js';
export { probe } from './probe/probe.js';
export { plan } from './render/plan.js';

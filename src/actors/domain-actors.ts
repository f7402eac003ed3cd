import type { ObservableActorLogic, PromiseActorLogic } from 'xstate';
import type { DomainEffects, DomainObservation, EffectInput } from '../machines/domain/events.js';

/** The actors that the domain machine invokes, as the engine provides them. */
export type DomainActors = { readonly [Name in keyof DomainEffects]: PromiseActorLogic<DomainEffects[Name]['output'], DomainEffects[Name]['input']> };

export type DomainWatch = ObservableActorLogic<DomainObservation, EffectInput>;

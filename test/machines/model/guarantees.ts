/** What the effects promise. Each can be taken back, to see which rule breaks without it: then it is needed. */
export interface Guarantees {
  /** The intent (incarnation, key, marker) is on record before anything is started. */
  readonly intentFirst: boolean;
  /** A launch that was aborted before it ordered its process never orders one. */
  readonly launchHonoursAbort: boolean;
  /** Kill and reap answer only after a launch that nobody waits for has come to its end, be it that of an engine that is gone: they look twice. */
  readonly endsAwaitLaunch: boolean;
  /** Why a run is being ended is on record before anything is done about it: who comes later goes on with that. */
  readonly endIsNoted: boolean;
  /** Reap rejects while anything that carries the domain's marker may live. */
  readonly reapConfirms: boolean;
  /** A reap or release that was aborted gives back nothing that a later run of the domain has taken. */
  readonly lateReleaseIsHarmless: boolean;
  /** A plan that was aborted leaves no trace: the launch uses the plan that the machine accepted. */
  readonly latePlanIsHarmless: boolean;
  /** A count of memory that was given up has happened at once, or comes before any later one. */
  readonly countsInOrder: boolean;
  /** The end of the present run's anchor is told, also when the channel is gone. */
  readonly exitIsTold: boolean;
  /** A channel that is silent answers, is lost, or its anchor ends: it is told. */
  readonly silenceEnds: boolean;
  /** The number of a generation is kept over restarts of the engine: another document has another one than the record's. */
  readonly generationsSurvive: boolean;
}

export const allGuarantees: Guarantees = {
  intentFirst: true,
  launchHonoursAbort: true,
  endsAwaitLaunch: true,
  endIsNoted: true,
  reapConfirms: true,
  lateReleaseIsHarmless: true,
  latePlanIsHarmless: true,
  countsInOrder: true,
  exitIsTold: true,
  silenceEnds: true,
  generationsSurvive: true,
};

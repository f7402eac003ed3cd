/** The ways out of the phases in which an anchor may live. They all lead into halting, whose ladder ends in the confirmed absence. */

/** An anchor that is gone is collected, and one that must go is halted, from every phase in which it may live. */
export const ends = [
  { guard: 'anchorIsGone', target: '#domain.anchored.halting.collecting' },
  { guard: 'mustEnd', target: '#domain.anchored.halting' },
] as const;

/** A guest that will not run on in this anchor is seen off. */
export const guestOff = { guard: 'guestIsOff', target: '#domain.anchored.halting' } as const;

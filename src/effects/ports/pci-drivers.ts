/** Who in the kernel serves a PCI function, and how that is changed. Facts and acts only: whose turn it is, is decided elsewhere. */

export interface PciBinding {
  /** Name of the driver that has it; left out where none has. */
  readonly driver?: string;
  /** Name of the one driver that the kernel may give it to; left out where any may have it. */
  readonly override?: string;
  /** The kernel's number of its isolation group; left out where it tells none. */
  readonly group?: string;
}

/**
 * Every act rejects with PCI_NOT_PERMITTED, or with PCI_DRIVER_REFUSED and the system's words; or with PCI_UNBIND_SLOW after some seconds, and at
 * once where the kernel is still not done with an act before it: what is begun goes on.
 */
export interface PciDriverPort {
  /** Undefined where there is no such function. Rejects as acts do where it cannot be read, which waits for acts that are under way. */
  binding(address: string): Promise<PciBinding | undefined>;
  /** Undefined: any driver may have it again. */
  setOverride(address: string, driver: string | undefined): Promise<void>;
  /**
   * Takes it from its driver, if it has one. The kernel waits for whoever has the function open, and so long this rejects with PCI_UNBIND_SLOW,
   * each time after some seconds: the kernel is asked once, and does it in the end.
   */
  unbind(address: string): Promise<void>;
  /** Gives it to the driver of this name. Where there is no such driver any more, to the first that takes it, or to nobody. */
  bind(address: string, driver: string): Promise<void>;
}

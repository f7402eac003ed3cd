/** CPUs of the host by their numbers, as the hypervisor has them that schedules them; or why they cannot be told. */
export type CpuSurvey =
  | {
      /** None has a higher number, online or not, until the host is booted anew. */
      readonly highest: number;
      /** Those that a new domain can run on now, ascending. */
      readonly usable: readonly number[];
    }
  | { readonly unknown: string };

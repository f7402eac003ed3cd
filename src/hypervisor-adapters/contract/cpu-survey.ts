/**
 * CPUs of the host that a new domain can run on now, ascending, by their numbers as the hypervisor has them that schedules them; or why they
 * cannot be told.
 */
export type CpuSurvey = { readonly usable: readonly number[] } | { readonly unknown: string };

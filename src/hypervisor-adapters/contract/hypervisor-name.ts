/** Also the name of its adapter, and of the directory of its domains' state. */
export type HypervisorName = 'qemu' | 'xen' | 'firecracker' | 'acrn' | 'solo5' | 'process';

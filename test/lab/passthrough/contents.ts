/** What the lab is made of: Debian packages, and the modules of their kernel. */

/** The kernel for machines: the one for clouds has no 9p. kmod makes the list of its modules, on the host. */
export const packages = ['linux-image-amd64', 'kmod', 'busybox-static'];

const root = ['virtio_pci', 'virtio_console', '9pnet_virtio', '9p', 'overlay'];
/** Drivers of the devices that the machine has, and what the host would have loaded besides. */
const drivers = ['e1000', 'e1000e', 'virtio_net', 'nvme', 'crc32c_generic', 'ext4', 'bridge', 'tun'];
/** Nothing inside runs modprobe for the kernel: what vfio-pci would ask for is loaded as well. */
const passthrough = ['vfio', 'vfio_iommu_type1', 'vfio-pci'];

/** In the order to load them in. */
export const modules: readonly string[] = [...root, ...drivers, ...passthrough];

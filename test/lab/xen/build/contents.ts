/** What the lab is made of: Debian packages, kernel modules, and what of the unpacked packages dom0 can do without. */
import type { XenRelease } from './xen-release.js';

const kernels = ['linux-image-amd64', 'linux-image-cloud-amd64'];
const toolstack = ['xenstore-utils', 'qemu-system-xen', 'qemu-utils'];
const userland = [
  ...['base-files', 'base-passwd', 'bash', 'bridge-utils', 'bsdutils', 'busybox-static', 'coreutils', 'dash', 'debianutils', 'diffutils'],
  ...['findutils', 'grep', 'gzip', 'hostname', 'iproute2', 'iputils-ping', 'kmod', 'libc-bin', 'mawk', 'mount', 'procps', 'psmisc', 'sed'],
  ...['libstdc++6', 'socat', 'strace', 'tar', 'util-linux'],
];
/** Run on the host, out of the tree that they were unpacked into. */
const buildTools = ['erofs-utils', 'libxen-dev', 'lz4', 'xz-utils', 'zstd'];

export const packagesOf = ({ xen }: XenRelease): readonly string[] => [`xen-hypervisor-${xen}-amd64`, `xen-utils-${xen}`, ...kernels, ...toolstack, ...userland, ...buildTools];

/** Modules of dom0's initrd: the way to the root image, to the agent's port and to the share. erofs asks for crc32c by that name only. */
export const initrdModules = ['crc32c_generic', 'virtio_pci', 'virtio_blk', 'virtio_console', 'overlay', 'erofs', '9p', '9pnet_virtio'];
/** Modules of the guests' initrd. */
export const guestModules = ['xen-blkfront', 'xen-netfront'];
/** Modules for guests with the kernel that is made for all machines: fronts of Xen's devices that the small one does not have, and what drives the lab's network cards. */
export const wholeGuestModules = [...guestModules, '9p', '9pnet_xen', 'evdev', 'drm_xen_front', 'snd_xen_front', 'xen-pcifront', 'e1000e'];
/** And what drives the devices of an emulated PC. */
export const pcGuestModules = ['evdev', 'xhci-pci', 'usbhid', 'hid-generic', 'snd-hda-intel', 'snd-hda-codec-generic'];
/** Modules that dom0 can load. */
export const dom0Modules = [
  ...['xenfs', 'xen-evtchn', 'xen-gntdev', 'xen-gntalloc', 'xen-privcmd', 'xen-blkback', 'xen-netback', 'xen-pciback'],
  ...['bridge', 'br_netfilter', 'tun', 'veth', 'dummy', 'loop', 'e1000e', 'xhci-pci', 'crc32c_generic', 'ext4', '9p', '9pnet_virtio'],
];

/** Paths in the tree of packages, below which nothing goes into dom0's root image. */
export const leftOut: readonly string[] = [
  ...['boot', 'var/run', 'var/lock', 'usr/include', 'usr/lib/modules', 'usr/lib/firmware', 'usr/lib/klibc', 'usr/lib/systemd', 'usr/lib/udev', 'usr/lib/debug', 'usr/lib/gcc'],
  ...['doc', 'man', 'locale', 'info', 'lintian', 'bug', 'i18n', 'zoneinfo', 'perl', 'perl5', 'iso-codes', 'xml', 'python3', 'bash-completion'].map((name) => `usr/share/${name}`),
  ...['python3', 'python3.11', 'python3.13', 'x86_64-linux-gnu/perl', 'x86_64-linux-gnu/perl-base', 'x86_64-linux-gnu/gconv'].map((name) => `usr/lib/${name}`),
];

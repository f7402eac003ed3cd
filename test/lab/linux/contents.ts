/** What the guest is made of: Debian's small kernel, busybox, and Debian's own guest agent with its libraries. */
export const packages: readonly string[] = ['linux-image-cloud-amd64', 'busybox-static', 'qemu-guest-agent', 'kmod'];

/** Modules of the guest: the agent's port, and the power button with the file that tells of it. */
export const modules: readonly string[] = ['virtio_pci', 'virtio_console', 'evdev', 'button'];

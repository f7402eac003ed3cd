#!/bin/busybox sh
# /init of the initrd: the root of the machine is that of the host, read-only over 9p, below a tmpfs that takes what is written.
B=/bin/busybox
$B mount -t proc proc /proc
$B mount -t sysfs sys /sys
$B mount -t devtmpfs dev /dev
# QEMU ends instead of rebooting.
fail() { echo "LAB failed: $*"; $B sleep 1; $B reboot -f; }
while read -r module; do $B insmod "/lib/modules/$module" || echo "LAB insmod $module failed"; done < /modules.order
$B mkdir -p /lower /over /new
$B mount -t 9p -o trans=virtio,version=9p2000.L,ro,cache=loose,msize=512000 root /lower || fail 'root over 9p'
$B mount -t tmpfs -o mode=755 tmpfs /over
$B mkdir -p /over/upper /over/work
$B mount -t overlay -o lowerdir=/lower,upperdir=/over/upper,workdir=/over/work overlay /new || fail overlay
for directory in dev proc sys run tmp project lab-bin; do $B mkdir -p /new/$directory; done
$B cp /bin/busybox /lab/* /new/lab-bin/
for mount in proc sys dev; do $B mount --move /$mount /new/$mount; done
$B mount -t tmpfs -o mode=755 tmpfs /new/run
$B mount -t tmpfs -o mode=1777 tmpfs /new/tmp
exec $B switch_root /new /lab-bin/busybox sh /lab-bin/services.sh

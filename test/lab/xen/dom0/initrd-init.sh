#!/bin/busybox sh
# /init of dom0's initrd: lays a tmpfs over the read-only root image and goes there.
B=/bin/busybox
$B mount -t proc proc /proc
$B mount -t sysfs sys /sys
$B mount -t devtmpfs dev /dev
# QEMU ends instead of rebooting.
fail() { echo "LAB failed: $*"; $B sleep 1; $B reboot -f; }
while read -r module; do $B insmod "/lib/modules/$module" || echo "LAB insmod $module failed"; done < /modules.order
$B mkdir -p /lower /over /new
tries=0
until [ -b /dev/vda ] || [ $tries -ge 100 ]; do $B usleep 100000; tries=$((tries + 1)); done
$B mount -t erofs -o ro /dev/vda /lower || fail 'root image'
$B mount -t tmpfs -o size=256m tmpfs /over
$B mkdir -p /over/upper /over/work
$B mount -t overlay -o lowerdir=/lower,upperdir=/over/upper,workdir=/over/work overlay /new || fail overlay
$B mkdir -p /new/lab-bin
$B cp /bin/busybox /lab/* /new/lab-bin/
for mount in proc sys dev; do $B mount --move /$mount /new/$mount; done
$B mount -t tmpfs -o mode=755 tmpfs /new/run
$B mount -t tmpfs -o mode=1777 tmpfs /new/tmp
exec $B switch_root /new /lab-bin/services.sh

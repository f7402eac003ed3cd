#!/bin/bash
# dom0's pid 1: what /etc/init.d/xen would start, and then the agent that runs the host's commands.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/lab-bin HOME=/root LANG=C.UTF-8 LC_ALL=C.UTF-8 TERM=dumb
say() { read -r up _ < /proc/uptime; echo "LAB $* uptime=$up"; }
check() { "$@" || say "failed: $*"; }

say root
hostname xenlab
# No udev: without /dev/fd and /dev/stdin, Xen's block script spins in claim_lock until libxl gives up.
ln -s /proc/self/fd /dev/fd
ln -s fd/0 /dev/stdin
ln -s fd/1 /dev/stdout
ln -s fd/2 /dev/stderr
mkdir -p /dev/pts /dev/shm /run/lock /run/xen /run/xenstored
check mount -t devpts -o mode=600,ptmxmode=666 devpts /dev/pts
check mount -t tmpfs -o mode=1777 tmpfs /dev/shm
check mount -t cgroup2 cgroup2 /sys/fs/cgroup
ip link set lo up
for module in xenfs xen-evtchn xen-gntdev xen-gntalloc xen-privcmd xen-blkback xen-netback bridge loop; do check modprobe $module; done
check mount -t xenfs xenfs /proc/xen
say "capabilities $(cat /proc/xen/capabilities)"

bin=$(echo /usr/lib/xen-[0-9]*/bin)
export XENSTORED_ROOTDIR=/run/xenstored
case " $(cat /proc/cmdline) " in
  *' lab.xenstored=c '*) check $bin/xenstored --pid-file /run/xenstored.pid ;;
  *) check $bin/oxenstored --pid-file /run/xenstored.pid ;;
esac
tries=0
until xenstore-read -s / > /dev/null 2>&1 || [ $tries -ge 100 ]; do sleep 0.1; tries=$((tries + 1)); done
check $bin/xen-init-dom0
check $bin/xenconsoled --pid-file=/run/xenconsoled.pid --log=guest --log-dir=/var/log/xen --timestamp=none
# dom0's own qemu, which serves as the back end of guests' qdisk.
check /usr/libexec/xen-qemu-system-i386 -xen-domid 0 -xen-attach -name dom0 -nographic -M xenpv -daemonize -monitor none -serial none -parallel none -pidfile /run/qemu-dom0.pid
# A bridge for guests, on which dom0 is 10.9.0.1.
check ip link add xenbr0 type bridge
check ip addr add 10.9.0.1/24 dev xenbr0
check ip link set xenbr0 up
say services

port=
tries=0
until [ -n "$port" ] || [ $tries -ge 100 ]; do
  for name in /sys/class/virtio-ports/*/name; do
    [ -r "$name" ] && [ "$(cat "$name")" = lab ] && port=/dev/$(basename "$(dirname "$name")")
  done
  [ -n "$port" ] || sleep 0.1
  tries=$((tries + 1))
done
while :; do
  node /lab-bin/agent.mjs "$port"
  say "agent ended: $?"
  sleep 1
done

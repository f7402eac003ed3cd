#!/lab-bin/busybox sh
# Pid 1: what an init system would have mounted and set up, and then the agent that runs the host's commands.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/lab-bin HOME=/root LANG=C.UTF-8 LC_ALL=C.UTF-8 TERM=dumb
B=/lab-bin/busybox
say() { read -r up _ < /proc/uptime; echo "LAB $* uptime=$up"; }
check() { "$@" || say "failed: $*"; }

say root
# Whatever the host has not installed.
$B --install -s /lab-bin
check $B hostname lab
read -r node < /lab-bin/node-path
$B mkdir -p /usr/local/sbin /dev/pts /dev/shm
check $B ln -sf "$node" /usr/local/sbin/node
check $B mount -t devpts -o mode=600,ptmxmode=666 devpts /dev/pts
check $B mount -t tmpfs -o mode=1777 tmpfs /dev/shm
check $B mount -t cgroup2 cgroup2 /sys/fs/cgroup
check $B mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=loose share /project
check $B ip link set lo up
say services

port=
tries=0
until [ -n "$port" ] || [ $tries -ge 100 ]; do
  for name in /sys/class/virtio-ports/*/name; do
    [ -r "$name" ] && [ "$($B cat "$name")" = lab ] && port=/dev/$($B basename "$($B dirname "$name")")
  done
  [ -n "$port" ] || $B usleep 100000
  tries=$((tries + 1))
done
while :; do
  node /lab-bin/agent.mjs "$port"
  say "agent ended: $?"
  $B sleep 1
done

#!/bin/busybox sh
# /init of the lab's Linux guests. Words on the kernel's command line:
#   g.disk=/dev/xvda     say the disk's first 32 bytes, and write "written by guest" into its ninth sector
#   g.ip=10.9.0.2/24     the address of eth0
#   g.after=S g.do=poweroff|reboot|crash    end after so many seconds
#   g.beat=S             print "HEARTBEAT n" so often
# Then a shell on the console. xenbus's control/shutdown runs /sbin/poweroff and /sbin/reboot.
B=/bin/busybox
$B mkdir -p /proc /sys /dev /sbin /mnt
$B mount -t proc proc /proc
$B mount -t sysfs sys /sys
$B mount -t devtmpfs dev /dev
for what in poweroff reboot; do
  printf '#!/bin/busybox sh\nexec /bin/busybox %s -f\n' $what > /sbin/$what
done
$B chmod 755 /sbin/poweroff /sbin/reboot
$B --install -s /bin
export PATH=/bin:/sbin
while read -r module; do insmod "/lib/modules/$module"; done < /modules.order
for word in $(cat /proc/cmdline); do
  case $word in g.*) word=${word#g.}; eval "G_${word%%=*}='${word#*=}'" ;; esac
done
# No udev here: what a driver makes of itself is waited for.
await() { tries=0; until [ -e "$1" ] || [ $tries -ge 100 ]; do usleep 100000; tries=$((tries + 1)); done; }

echo "GUEST-UP $(uname -r) uptime=$(cut -d' ' -f1 /proc/uptime)"
if [ -n "$G_ip" ]; then
  await /sys/class/net/eth0
  ip link set eth0 up
  ip addr add "$G_ip" dev eth0
  echo "GUEST-NET $(ip -4 -o addr show eth0)"
fi
if [ -n "$G_disk" ]; then
  await "$G_disk"
  echo "GUEST-DISK $(head -c 32 "$G_disk")"
  echo 'written by guest' | dd of="$G_disk" bs=512 seek=8 conv=sync,fsync 2>/dev/null
  echo GUEST-WROTE
fi
if [ -n "$G_beat" ]; then
  ( n=0; while :; do n=$((n + 1)); echo "HEARTBEAT $n"; sleep "$G_beat"; done ) &
fi
if [ -n "$G_after" ]; then
  ( sleep "$G_after"
    case $G_do in poweroff) poweroff -f ;; reboot) reboot -f ;; crash) echo c > /proc/sysrq-trigger ;; esac ) &
fi
while :; do setsid cttyhack sh; sleep 1; done

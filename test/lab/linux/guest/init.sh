#!/bin/busybox sh
# /init of the lab's Linux guest. Words on the kernel's command line:
#   g.agent=yes|no|refuses    Debian's qemu-ga; `refuses`: with guest-shutdown and guest-suspend-ram switched off
#   g.off=S                   after being asked, take so many seconds to shut down
#   g.beats=S                 say GUEST-BEAT with a number every so many seconds
# Words on the console:
#   stop, go                  SIGSTOP and SIGCONT to the agent
#   start                     start the agent, where there is none
# What it says: GUEST-UP, GUEST-AGENT (a pid), GUEST-STOPPED, GUEST-BEAT (with g.beats), GUEST-ASKED (the agent was asked), GUEST-PRESSED (the power button).
B=/bin/busybox
$B mkdir -p /proc /sys /dev /sbin /run
$B mount -t proc proc /proc
$B mount -t sysfs sys /sys
$B mount -t devtmpfs dev /dev
$B --install -s /bin
export PATH=/bin:/sbin
while read -r module; do insmod "/lib/modules/$module"; done < /modules.order
for word in $(cat /proc/cmdline); do
  case $word in g.*) word=${word#g.}; eval "G_${word%%=*}='${word#*=}'" ;; esac
done
# No udev here: what a driver makes of itself is waited for.
await() { tries=0; until [ -e "$1" ] || [ $tries -ge 100 ]; do usleep 100000; tries=$((tries + 1)); done; }

# qemu-ga runs `/sbin/shutdown -h -P +0 …`.
cat > /sbin/shutdown << 'END'
#!/bin/busybox sh
echo "GUEST-ASKED $*" > /dev/console
. /run/off
exec /bin/busybox poweroff -f
END
chmod 755 /sbin/shutdown
echo "sleep ${G_off:-0}" > /run/off

for event in /sys/class/input/event*; do
  [ "$(cat "$event/device/name")" = 'Power Button' ] || continue
  ( dd if="/dev/input/${event##*/}" of=/dev/null bs=24 count=1 2> /dev/null; echo GUEST-PRESSED; poweroff -f ) &
done

port=/dev/virtio-ports/org.qemu.guest_agent.0
start() {
  await "$port"
  /lab/ld-linux-x86-64.so.2 --library-path /lab /lab/qemu-ga -m virtio-serial -p "$port" -t /run $1 &
  agent=$!
  echo "GUEST-AGENT $agent"
}
mkdir /dev/virtio-ports
for each in /sys/class/virtio-ports/*; do
  [ -s "$each/name" ] && ln -s "/dev/${each##*/}" "/dev/virtio-ports/$(cat "$each/name")"
done

if [ -n "$G_beats" ]; then
  ( beat=0; while sleep "$G_beats"; do beat=$((beat + 1)); echo "GUEST-BEAT $beat"; done ) &
fi
echo "GUEST-UP $(uname -r) uptime=$(cut -d' ' -f1 /proc/uptime)"
case $G_agent in
  yes) start ;;
  refuses) start '-b guest-shutdown,guest-suspend-ram' ;;
esac
while read -r word; do
  case $word in
    stop) kill -STOP "$agent"; echo GUEST-STOPPED ;;
    go) kill -CONT "$agent"; echo GUEST-GOES ;;
    start) start ;;
  esac
done

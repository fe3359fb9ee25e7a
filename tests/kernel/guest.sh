#!/bin/bash
# The first process in the guest. Beside this file lie `settings` (KIND, WORK, KERNEL) and `command`, a script to run.
# Root is this machine's own, read-only; the work folder gets a throw-away layer on top. What is to be kept is printed.
here=$(dirname "$0")
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/run LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1
mount -t proc proc /proc 2>/dev/null # always: user-mode Linux shows the host's /proc until this
mount -t sysfs sysfs /sys 2>/dev/null; mount -t devtmpfs devtmpfs /dev 2>/dev/null
mkdir -p /dev/pts /dev/shm; mount -t devpts devpts /dev/pts; mount -t tmpfs tmpfs /dev/shm; ln -sfn /proc/self/fd /dev/fd
mount -t tmpfs tmpfs /run; mount -t tmpfs tmpfs /mnt; mkdir -p /run/lock /run/tmp; export TMPDIR=/run/tmp # /tmp may hold the work folder
end() { echo; echo "GUEST-EXIT=$1"; echo o > /proc/sysrq-trigger; sleep 9; }
# shellcheck source=/dev/null
. "$here/settings" || end 98
if [ "$KIND" = qemu ]; then
  modprobe -d "$KERNEL/k" -a overlay vcan can-raw can-isotp slcan kvaser_pci || end 98
else
  insmod "$KERNEL/i2c-stub.ko" chip_addr=0x40,0x48,0x49 || end 98
fi
ip link set lo up
{ ip link add vcan0 type vcan && ip link set vcan0 mtu 72 up; } || end 98
# shellcheck source=tests/kernel/gpio_lines.sh
[ "$KIND" = qemu ] || . "$WORK/tests/kernel/gpio_lines.sh" || end 98
mkdir -p /mnt/upper /mnt/scratch; mount -t overlay overlay -o lowerdir="$WORK",upperdir=/mnt/upper,workdir=/mnt/scratch "$WORK" || end 98
cd "$WORK" || end 98
export LOCKBENCH_GUEST=$KIND
echo "ready $(cut -d' ' -f1 /proc/uptime) s after boot: Linux $(uname -r), $KIND"
bash "$here/command"; end $?

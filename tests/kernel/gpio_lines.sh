# Sourced as root where the kernel has gpio-sim: a chip of 54 lines with a Raspberry Pi's label, seen from outside in $GPIOSIM.
# gpiozero asks /proc/cpuinfo which Pi it is on: the lines are those of a Pi 3, so a copy that says so lies over it.
mountpoint -q /sys/kernel/config || mount -t configfs configfs /sys/kernel/config || return 1
sim=/sys/kernel/config/gpio-sim/lockbench
[ -d "${sim%/*}" ] || return 1
if ! [ -d "$sim" ]; then
  mkdir -p "$sim/bank0" && echo 54 > "$sim/bank0/num_lines" && echo pinctrl-bcm2835 > "$sim/bank0/label" && echo 1 > "$sim/live" || return 1
fi
GPIOSIM=/sys/devices/platform/$(cat "$sim/dev_name")/$(cat "$sim/bank0/chip_name"); export GPIOSIM
if ! grep -q '^Revision' /proc/cpuinfo; then
  { cat /proc/cpuinfo; printf 'Revision\t: a02082\n'; } > /run/cpuinfo && mount --bind /run/cpuinfo /proc/cpuinfo
fi

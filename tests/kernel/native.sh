#!/bin/bash
# usage (in a mount namespace of its own): native.sh COMMAND   the guest's devices on this machine's own kernel, gone again afterwards
set -euo pipefail
mount --make-rprivate /
modprobe -a vcan can-raw can-isotp slcan gpio-sim
lsmod | grep -q '^i2c_stub' || modprobe i2c-stub chip_addr=0x40,0x48,0x49
ip link show vcan0 >/dev/null 2>&1 || { ip link add vcan0 type vcan; ip link set vcan0 mtu 72 up; }
# shellcheck source=tests/kernel/gpio_lines.sh
. "$(dirname "$0")/gpio_lines.sh"
export LOCKBENCH_GUEST=native
exec bash -c "$1" # the process that dies with whoever started it

#!/bin/bash
# usage: build_uml.sh FOLDER   builds a user-mode Linux kernel with CAN, GPIO and I2C from Debian's source into FOLDER (about 3 minutes)
# Debian's own user-mode-linux has neither GPIO nor ISO-TP. Nothing of the source or of the build is kept but the two files.
set -euo pipefail
into=$1; here=$(cd "$(dirname "$0")" && pwd)
test -x "$into/linux" && test -e "$into/i2c-stub.ko" && exit 0
tarball=$(find /usr/src -maxdepth 1 -name 'linux-source-*.tar.xz' | sort -V | tail -n 1)
test -n "$tarball" || { echo "no kernel source in /usr/src: the package linux-source brings it" >&2; exit 1; }
work=$into/build; rm -rf "$work"; mkdir -p "$work/s" "$work/b"; trap 'rm -rf "$work"' EXIT

# an edit that finds nothing to edit is a kernel that lacks what the tests rely on
edit() { # FILE PROGRAM EXPECTED-AFTERWARDS
  sed -i "$2" "$1"; grep -qF -- "$3" "$1" || { echo "$1 of $tarball is not as expected: no '$3' after the edit" >&2; exit 1; }; }

echo "unpacking $tarball"
tar -xJf "$tarball" -C "$work/s" --strip-components=1 --exclude='*/drivers/gpu/*.[ch]' --exclude='*/Documentation/*' \
  --exclude='*/drivers/net/ethernet/*.[ch]' --exclude='*/drivers/net/wireless/*.[ch]' --exclude='*/sound/*.[ch]' \
  --exclude='*/tools/testing/*' --exclude='*/tools/perf/*'
cd "$work/s"
mkdir -p Documentation; : > Documentation/Kconfig
# all 64 interrupt numbers of this architecture are taken; the simulated GPIO lines need free ones for their edges
edit arch/um/include/asm/irq.h 's/^#define NR_IRQS\t*UM_LAST_SIGNAL_IRQ$/#define NR_IRQS (UM_LAST_SIGNAL_IRQ + 256)/' '(UM_LAST_SIGNAL_IRQ + 256)'
# deferred interrupts run on the tick here: at the fixed 100 Hz, edges closer than 10 ms would merge into one
edit arch/um/Kconfig '/^config HZ$/,/default/s/default 100/default 1000/' 'default 1000'
# two habits of real chips that a plain register store lacks: an INA226's ready flag falls when it is read (register 06, bit 3), and
# an ADS1115 is busy from a written start bit until its conversion is done (register 01, bit 15); SMBus words have the low byte first
edit drivers/i2c/i2c-stub.c '/case I2C_SMBUS_WORD_DATA:/,/ret = 0;/{
s/\*wordp = data->word;/*wordp = data->word; if (addr == 0x48 \&\& command == 0x01) *wordp \&= ~0x0080;/
s/data->word = \*wordp;/data->word = *wordp; if (addr == 0x40 \&\& command == 0x06) *wordp \&= ~0x0800;/
}' '*wordp &= ~0x0800;'
grep -qF '*wordp &= ~0x0080;' drivers/i2c/i2c-stub.c

echo "building"
make -s O="$work/b" ARCH=um tinyconfig
scripts/kconfig/merge_config.sh -m -O "$work/b" "$work/b/.config" "$here/uml.config" >/dev/null
make -s O="$work/b" ARCH=um olddefconfig
while read -r wanted; do
  grep -qx -- "$wanted" "$work/b/.config" || { echo "the configuration lost $wanted" >&2; exit 1; }
done < "$here/uml.config"
make -s -j"$(nproc)" O="$work/b" ARCH=um linux modules
cp "$work/b/drivers/i2c/i2c-stub.ko" "$into/"
strip -o "$into/linux.new" "$work/b/linux"; mv "$into/linux.new" "$into/linux"

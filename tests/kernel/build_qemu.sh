#!/bin/bash
# usage: build_qemu.sh FOLDER   unpacks Debian's own kernel for QEMU into FOLDER, with a gpio-less boot that mounts this machine's root
# read-only (about 20 s). It is there for the two emulated Kvaser CAN controllers, which user-mode Linux does not have.
set -euo pipefail
into=$1
test -e "$into/ready" && exit 0
headers=$(find /usr/src -maxdepth 1 -name 'linux-headers-*-amd64' | grep -v -e cloud -e '-rt-' | sort -V | tail -n 1)
version=${headers##*/linux-headers-}
test -n "$version" || { echo "no kernel headers in /usr/src: the package linux-headers-amd64 names Debian's current kernel" >&2; exit 1; }
rm -rf "$into"; mkdir -p "$into"; cd "$into"
# unpacked, not installed: this machine keeps the kernel that it has
fetch() { apt-get -qq -o APT::Sandbox::User=root download "linux-image-$version" >/dev/null; }
fetch 2>/dev/null || { apt-get -qq update >/dev/null; fetch; }
dpkg-deb -x linux-image-"$version"_*.deb k; rm -f ./*.deb
depmod -b k "$version"
echo "$version" > version

mkdir -p rd/bin rd/mod rd/proc rd/sys rd/dev rd/host
cp "$(command -v busybox)" rd/bin/
for module in virtio_pci 9pnet_virtio 9p; do modprobe -d k -S "$version" --show-depends "$module"; done |
  awk '/^insmod/ && !seen[$2]++ { print $2 }' | while read -r file; do cp "$file" rd/mod/; basename "$file"; done > rd/order
cat > rd/init <<'INIT'
#!/bin/busybox sh
B=/bin/busybox
$B mount -t proc p /proc; $B mount -t sysfs s /sys; $B mount -t devtmpfs d /dev
for m in $($B cat /order); do $B insmod "/mod/$m"; done
$B mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=loose,ro host /host
for d in dev proc sys; do $B mount --move /$d /host/$d; done
exec $B switch_root /host "$($B sed -n 's/.*guestinit=\([^ ]*\).*/\1/p' /host/proc/cmdline)"
INIT
chmod +x rd/init
(cd rd && find . | cpio -o -H newc --quiet | gzip -1) > initrd.img
rm -rf rd; touch ready

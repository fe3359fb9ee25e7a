#!/bin/bash
# What `make test-kernel` needs of Debian beyond Python. Exit 0: all there. Exit 3: this machine cannot have it (the reason is printed).
set -euo pipefail
wanted=(linux-source flex bison bc gcc make kmod iproute2 can-utils gpiod i2c-tools busybox-static cpio qemu-system-x86 linux-headers-amd64)
test "$(uname -s)" = Linux || { echo "no Linux here"; exit 3; }
command -v apt-get >/dev/null || { echo "no Debian here: apt-get is missing"; exit 3; }
test "$(dpkg --print-architecture)" = amd64 || { echo "built for amd64 only, this is $(dpkg --print-architecture)"; exit 3; }
missing=()
for package in "${wanted[@]}"; do
  dpkg -s "$package" 2>/dev/null | grep -q '^Status: install ok installed' || missing+=("$package")
done
# the metapackage only names the package that carries the source
if compgen -G '/usr/src/linux-source-*.tar.xz' >/dev/null; then
  for i in "${!missing[@]}"; do test "${missing[i]}" = linux-source && unset 'missing[i]'; done
fi
test "${#missing[@]}" -gt 0 || exit 0
test "$(id -u)" = 0 || { echo "not root, so these packages cannot be installed: ${missing[*]}"; exit 3; }
echo "installing for the kernel tests: ${missing[*]} (once)"
export DEBIAN_FRONTEND=noninteractive
install() { apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${missing[@]}" >/dev/null; }
install 2>/dev/null || { apt-get -qq update >/dev/null; install; }

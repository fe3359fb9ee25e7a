# shellcheck shell=sh
# Part of install.sh: what it asks of the distribution (packages, users, services). It speaks through run, quiet and say.

packages() {
  is_system || { say "- not with --root: packages, users, venv, services"; return 0; }
  # shellcheck disable=SC1091 # the machine's own
  case $(. /etc/os-release; echo "${VERSION_ID:-?}") in
    12) wanted='python3 python3-venv' ;;
    13) # for Python 3.13 lgpio is on no index: it is a package of Raspberry Pi OS, which Debian's own archive lacks
      wanted='python3 python3-venv'
      if apt-cache pkgnames python3-lgpio | grep -qx python3-lgpio; then wanted="$wanted python3-lgpio"
      else say "- no python3-lgpio here (this is not Raspberry Pi OS): everything works but a real rig's pins"; fi ;;
    *) refuse "this is neither Raspberry Pi OS (or Debian) 12 Bookworm nor 13 Trixie" ;;
  esac
  case $(dpkg --print-architecture) in arm64 | amd64) ;; *) refuse "a 64-bit system is needed: numpy has no wheel for 32 bit" ;; esac
  wanted="$wanted systemd udev iproute2 can-utils"
  test "$SSID" = none || wanted="$wanted network-manager dnsmasq-base"
  if test "$KIOSK" = yes; then
    browser=chromium
    test ! -x /usr/bin/chromium-browser || browser=chromium-browser # Raspberry Pi OS Bookworm's own
    wanted="$wanted cage $browser libpam-systemd dbus fonts-dejavu-core"
  fi
  lacking=''
  for package in $wanted; do
    test "$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null)" = 'ii ' || lacking="$lacking $package"
  done
  test -n "$lacking" || return 0
  quiet "apt-get update" apt-get -qq -o DPkg::Lock::Timeout=300 update
  # shellcheck disable=SC2086 # one word a package
  quiet "apt-get install -y --no-install-recommends$lacking" \
    apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $lacking
}

people() { # nobody drives a lock as root: the panel's user has the device groups, and they are all that it has
  is_system || return 0
  for group in gpio i2c spi lockbench; do
    getent group $group > /dev/null || { run groupadd --system $group; note_made "group $group"; }
  done
  getent passwd lockbench > /dev/null || {
    run useradd --system --gid lockbench --groups gpio,i2c,spi,dialout --home-dir $DATA --no-create-home --shell /usr/sbin/nologin lockbench
    note_made "user lockbench"
  }
  test "$KIOSK" = no || getent passwd lockbench-kiosk > /dev/null || {
    run useradd --system --user-group --groups video,render,input --home-dir /run/lockbench-kiosk --no-create-home \
      --shell /usr/sbin/nologin lockbench-kiosk
    note_made "user lockbench-kiosk"
  }
  test -z "$OPERATOR" || id -nG "$OPERATOR" 2>/dev/null | grep -qw lockbench || run usermod --append --groups lockbench "$OPERATOR"
  test "$(stat -c %U $DATA 2>/dev/null)" = lockbench || run install -d -o lockbench -g lockbench -m 750 $DATA
  test ! -d $DATA/runs || test "$(stat -c %U $DATA/runs)" = lockbench || run chown -R lockbench:lockbench $DATA
}

services() {
  is_system || return 0
  for unit in $UNITS; do
    test "$KIOSK" = yes || test "$unit" != lockbench-kiosk.service || continue
    test "$(systemctl is-enabled "$unit" 2>/dev/null || true)" = enabled || quiet "systemctl enable $unit" systemctl enable "$unit"
  done
  test -d /run/systemd/system || { say "- systemd does not run here: the services begin at the next boot"; return 0; }
  systemctl is-active --quiet lockbench-panel.service || CHANGED=yes # a step that failed the last time is made up for
  test "$CHANGED" = yes || return 0
  run systemctl daemon-reload
  run udevadm control --reload
  run udevadm trigger --subsystem-match=gpio --subsystem-match=i2c-dev --subsystem-match=spidev
  say "+ systemctl restart lockbench-panel.service"
  test "$DRY" = yes || systemctl restart lockbench-panel.service || not_up
}
not_up() {
  if test "$COMMAND" = rollback || test ! -L $BASE/previous; then fail "the panel does not come up: journalctl -u lockbench-panel"; fi
  echo "lockbench-pi: the panel of this version does not come up; going back to the one before" >&2
  sh "$0" rollback || true
  fail "rolled back: journalctl -u lockbench-panel says what was wrong"
}
drop_service() {
  if test -d /run/systemd/system; then quiet "systemctl disable --now $1" systemctl disable --now "$1"
  else quiet "systemctl disable $1" systemctl disable "$1"; fi
}

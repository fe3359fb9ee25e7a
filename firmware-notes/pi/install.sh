#!/bin/sh
# lockbench on a Raspberry Pi (Raspberry Pi OS or Debian, Bookworm or Trixie, 64 bit): see firmware-notes/pi-from-zero.md.
# Every step looks first and does only what is missing. What it does it prints, each line after a +; with --dry-run it only prints.
set -eu

usage() {
  cat <<'USAGE'
lockbench-pi install [OPTIONS]          install, or bring up to date with this checkout or --wheel
lockbench-pi update WHEEL SHA256        install a newer wheel, if its SHA-256 is that; the version before it is kept
lockbench-pi rollback                   back to the version before (and forth again)
lockbench-pi uninstall                  remove all but what was recorded and set
lockbench-pi packages                   only the first step: the distribution's packages
Options
  --dry-run               print every step, touch nothing
  --root DIR              lay the files below DIR, do nothing to this machine
  --wheel FILE --sha256 S the wheel to install in place of the checkout's own
  --no-kiosk | --kiosk    without, with a screen at the rig that shows the panel from boot on (default: with)
  --hat CHIP:OSCILLATOR[:GPIO]  a CAN HAT, such as mcp2515:12000000:25 or mcp251xfd:40000000 (hertz on YOUR crystal); none
  --rtc CHIP              a battery clock, such as ds3231; none
  --access-point SSID     the rig's own Wi-Fi, from the next boot on; none. --country CC sets the radio's country
  --operator USER         who may read the runs (default: who called sudo)
Options are remembered for the next install and update. Exit code: 0, 2 wrong usage or refused, 5 a step failed.
USAGE
}
refuse() { echo "lockbench-pi: $*" >&2; exit 2; }
fail() { echo "lockbench-pi: $*" >&2; exit 5; }

HERE=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
ROOT='' DRY=no WHEEL='' SHA='' KIOSK=yes HAT=none RTC=none SSID=none COUNTRY='' OPERATOR=${SUDO_USER:-}
COMMAND=${1:-}
test $# = 0 || shift
WORK=$(mktemp -d) HALF=''
trap 'keep_made; rm -rf "$WORK" ${HALF:+"$HALF"}' EXIT
trap 'exit 5' HUP INT TERM
export DEBIAN_FRONTEND=noninteractive PYTHONDONTWRITEBYTECODE=1
BASE=/opt/lockbench DATA=/var/lib/lockbench CHANGED=no
UNITS='lockbench-panel.service lockbench-kiosk.service'
KEYFILE=/etc/NetworkManager/system-connections/lockbench-access-point.nmconnection
BEGIN='# >>> lockbench: written by lockbench-pi; what is changed between these lines is lost'
END='# <<< lockbench'

remembered() { # the options of the last time, read as words and not as a program
  test -f "$ROOT$BASE/options" || return 0
  while IFS='=' read -r name value; do
    case $name in
      KIOSK) KIOSK=$value ;; HAT) HAT=$value ;; RTC) RTC=$value ;; SSID) SSID=$value ;; COUNTRY) COUNTRY=$value ;;
    esac
  done < "$ROOT$BASE/options"
}

matches() { printf '%s\n' "$1" | grep -Eq "^($2)\$" && test "$(printf '%s' "$1" | wc -l)" = 0; }

options() {
  while test $# -gt 0; do
    case $1 in
      --dry-run) DRY=yes ;;
      --kiosk) KIOSK=yes ;;
      --no-kiosk) KIOSK=no ;;
      --root | --wheel | --sha256 | --hat | --rtc | --access-point | --country | --operator)
        test $# -gt 1 || refuse "$1: a value is missing"
        case $1 in
          --root) ROOT=${2%/}; remembered ;; --wheel) WHEEL=$2 ;; --sha256) SHA=$2 ;; --hat) HAT=$2 ;; --rtc) RTC=$2 ;;
          --access-point) SSID=$2 ;; --country) COUNTRY=$2 ;; --operator) OPERATOR=$2 ;;
        esac
        shift ;;
      *) refuse "$1: no such option; see lockbench-pi --help" ;;
    esac
    shift
  done
  matches "$HAT" 'none|(mcp2515|mcp251xfd):[0-9]{7,8}(:[0-9]{1,2})?' || refuse "--hat $HAT: write mcp2515:12000000 or mcp251xfd:40000000:25"
  matches "$RTC" '[a-z0-9]{2,16}' || refuse "--rtc $RTC: write the chip's name, such as ds3231, or none"
  matches "$SSID" '[A-Za-z0-9][A-Za-z0-9 ._-]{0,31}' || refuse "--access-point $SSID: letters, digits, space, . _ -; at most 32"
  matches "$COUNTRY" '([A-Z]{2})?' || refuse "--country $COUNTRY: write two capital letters, such as DE"
  test -z "$ROOT" || test -d "$ROOT" || refuse "--root $ROOT: no such folder"
}

say() { printf '%s\n' "$*"; }
run() { # do it, unless this is a rehearsal
  say "+ $*"
  CHANGED=yes
  test "$DRY" = yes || "$@" || fail "failed: $*"
}
quiet() { say "+ $1"; CHANGED=yes; shift; test "$DRY" = yes || "$@" > "$WORK/said" 2>&1 || { cat "$WORK/said" >&2; fail "failed: $*"; }; }
note_made() { echo "$*" >> "$WORK/made"; } # kept for uninstall by keep_made, once there is a folder to keep it in
keep_made() {
  test "$DRY" = no && test -s "$WORK/made" && test -d "$ROOT$BASE" || return 0
  cat "$WORK/made" >> "$ROOT$BASE/made"
  : > "$WORK/made"
}
is_system() { test -z "$ROOT"; }

folder() { # make it and note it, the ones above it too
  test ! -d "$ROOT$1" && ! grep -qxsF "$1" "$WORK/folders" || return 0
  folder "$(dirname "$1")"
  echo "$1" >> "$WORK/folders"
  run install -d -m 755 "$ROOT$1"
  case $1 in "$BASE"*) keep_made ;; *) note_made "folder $1" ;; esac
}
put() { # put FILE PATH MODE: the file is there, with that content and mode
  echo "$2" >> "$WORK/laid"
  ! { cmp -s "$1" "$ROOT$2" && test "$(stat -c %a "$ROOT$2")" = "$3"; } || return 0
  folder "$(dirname "$2")"
  say "+ install -m $3 $2"
  CHANGED=yes
  test "$DRY" = yes || install -m "$3" "$1" "$ROOT$2"
}
settings() { # what people set is laid once and never again
  test -e "$ROOT$2" || { put "$1" "$2" 644; return; }
  echo "$2" >> "$WORK/laid"
}

# shellcheck source-path=SCRIPTDIR source=machine.sh
. "$HERE/machine.sh"
# shellcheck source-path=SCRIPTDIR source=versions.sh
. "$HERE/versions.sh"
# shellcheck source-path=SCRIPTDIR source=files.sh
. "$HERE/files.sh"

install_all() {
  test "$KIOSK" = no || ! is_system || test ! -e /etc/systemd/system/display-manager.service ||
    refuse "a desktop is installed, and it holds the screen: use Raspberry Pi OS Lite, or say --no-kiosk"
  version
  packages
  people
  venv
  switch
  files
  boot_file with
  services
  test "$CHANGED" = yes || say "nothing to do: all of it is there"
}
update() { # the new version's own script installs it: it knows what belongs to it
  WHEEL=$(realpath -- "$WHEEL" 2>/dev/null || echo "$WHEEL")
  version
  python3 -m zipfile -e "$WHEEL" "$WORK/new" > /dev/null 2>&1 || refuse "$WHEEL: this is no wheel"
  script=$WORK/new/bench/_shipped/pi/install.sh
  test -f "$script" || refuse "$WHEEL: it does not carry its set-up for a Pi"
  set -- install --wheel "$WHEEL" --sha256 "$SHA"
  test "$DRY" = no || set -- "$@" --dry-run
  sh "$script" "$@"
}
rollback() {
  before=$(readlink $BASE/previous || true) now=$(readlink $BASE/current || true)
  test -n "$before" || refuse "there is no version before this one"
  test -d "$BASE/$before" || refuse "$BASE/$before is not there any more"
  point previous "$now"
  point current "$before"
  HERE=$BASE/$before/pi ID=${before#venvs/}
  files
  services
}
uninstall() {
  test -d "$ROOT$BASE" || { say "nothing to do: lockbench is not installed"; return 0; }
  sort -ru "$ROOT$BASE/made" > "$WORK/made" 2>/dev/null || : > "$WORK/made"
  is_system && for unit in $UNITS; do
    test ! -e "/etc/systemd/system/$unit" || drop_service "$unit"
  done
  while read -r file; do
    case $file in /etc/lockbench/*) cmp -s "$ROOT$file" "$HERE/files$file" || { say "kept: $file, for you changed it"; continue; } ;; esac
    test ! -e "$ROOT$file" || run rm -f "$ROOT$file"
  done < "$ROOT$BASE/laid"
  boot_file without
  boot_file_as_before
  while read -r sort name; do
    test "$sort" != folder || test ! -d "$ROOT$name" || run rmdir --ignore-fail-on-non-empty "$ROOT$name"
  done < "$WORK/made"
  run rm -rf "$ROOT$BASE"
  case " $(tr '\n' ' ' < "$WORK/made")" in *' folder /opt '*) run rmdir --ignore-fail-on-non-empty "$ROOT/opt" ;; esac
  is_system || return 0
  while read -r sort name; do
    case $sort in
      user) ! getent passwd "$name" > /dev/null || quiet "userdel $name" userdel "$name" ;;
      group) ! getent group "$name" > /dev/null || run groupdel "$name" ;;
    esac
  done < "$WORK/made"
  test ! -d $DATA || run chown -R root:root $DATA
  test ! -d /run/systemd/system || run systemctl daemon-reload
  say "kept: $DATA with all runs, and the distribution's packages"
}

case $COMMAND in
  install | packages | rollback | uninstall) remembered; options "$@" ;;
  update)
    case ${1:-} in '' | -*) refuse "update: name the wheel and its SHA-256" ;; esac
    WHEEL=$1 SHA=${2:-}
    shift
    test $# = 0 || shift
    remembered; options "$@" ;;
  --help | -h | help) usage; exit 0 ;;
  *) usage >&2; exit 2 ;;
esac
test "$DRY" = yes || test -n "$ROOT" || test "$(id -u)" = 0 || refuse "only root can do this (sudo); --dry-run shows what it would be"
case $COMMAND in install) install_all ;; *) $COMMAND ;; esac

#!/bin/sh
# What some tests need of the machine beyond Python: real programs of Debian, each with the packages that bring it.
# As root on a Debian-like machine the missing ones are installed; anywhere else it says which tests will be skipped, and goes on.
set -eu
WANTED='
chromium:chromium:the panel and report in a real browser
initdb:postgresql:the history in a real PostgreSQL
candump:can-utils:recordings written by can-utils
dot:graphviz:the drawings of the harness
shellcheck:shellcheck:the scripts are checked
pdftoppm:poppler-utils:pages of the PDF report
openssl:openssl:the panel over TLS
debootstrap:debootstrap:the set-up of a Pi in clean Debian roots
'
# initdb lies outside of PATH on Debian, and dot-files of a user are no place to look
for folder in /usr/lib/postgresql/*/bin /usr/sbin; do PATH="$PATH:$folder"; done
missing='' skipped=''
IFS='
'
for line in $WANTED; do
  program=${line%%:*}; rest=${line#*:}; package=${rest%%:*}
  if ! command -v "$program" >/dev/null 2>&1; then
    missing="$missing $package"; skipped="$skipped, ${rest#*:} ($package)"
  fi
done
test -n "$missing" || exit 0
if test "$(id -u)" != 0 || ! command -v apt-get >/dev/null 2>&1; then
  echo "not on this machine, so these tests will be skipped: ${skipped#, }" >&2
  exit 0
fi
echo "installing for the tests:$missing (once)"
export DEBIAN_FRONTEND=noninteractive
# no server of the package's own: the tests start theirs, unprivileged and for themselves
mkdir -p /etc/postgresql-common
test -e /etc/postgresql-common/createcluster.conf || echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf
IFS=' '
# shellcheck disable=SC2086 # one word a package
install() { apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $missing >/dev/null 2>&1; }
install || { apt-get -qq update >/dev/null 2>&1 || true; install; } ||
  echo "could not be installed, so these tests will be skipped: ${skipped#, }" >&2

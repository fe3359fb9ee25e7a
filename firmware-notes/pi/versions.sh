# shellcheck shell=sh
# Part of install.sh: one venv a version, `current` and `previous` point at two of them.

source_key() { # what the wheel of a checkout is made of, in twelve digits
  (cd "$HERE/../.." && find bench dbc wiring firmware-notes/pi pyproject.toml -type f ! -path '*/__pycache__/*' -print0 |
    LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-12)
}
version() {
  is_system || return 0
  if test -n "$WHEEL"; then
    test -r "$WHEEL" || refuse "$WHEEL: no such wheel"
    matches "$SHA" '[0-9a-f]{64}' || refuse "--sha256 ${SHA:-is missing}: write the 64 digits that the wheel was given out with"
    found=$(sha256sum < "$WHEEL" | cut -d ' ' -f 1)
    test "$found" = "$SHA" || refuse "$WHEEL: its SHA-256 is $found, not $SHA; nothing was changed"
    name=$(basename "$WHEEL")
    matches "$name" 'lockbench-[0-9][A-Za-z0-9.]*-py3-none-any\.whl' || refuse "$WHEEL: this is no wheel of lockbench"
    name=${name#lockbench-}
    ID=${name%-py3-none-any.whl}-$(printf '%s' "$SHA" | cut -c 1-12)
  else
    test -f "$HERE/../../bench/__init__.py" || refuse "this is no checkout: name a wheel, with --wheel FILE --sha256 S"
    ID=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' "$HERE/../../bench/__init__.py")-$(source_key)
  fi
  VENV=$BASE/venvs/$ID
}

pip_into() { python=$1; shift; "$python" -m pip install -q --no-cache-dir --disable-pip-version-check --no-input --require-hashes "$@"; }
build_wheel() {
  python3 -m venv "$WORK/build" && pip_into "$WORK/build/bin/python" --only-binary :all: -r "$HERE/build.lock" &&
    (cd "$HERE/../.." && "$WORK/build/bin/python" -m hatchling build -t wheel -d "$WORK/wheel")
}
add_lockbench() { # pip checks the hash once more, of the very bytes that it installs
  for file in "$WORK"/wheel/lockbench-*.whl; do
    printf '%s --hash=sha256:%s\n' "./${file##*/}" "${SHA:-$(sha256sum < "$file" | cut -d ' ' -f 1)}" > "$WORK/wheel/wheel.txt"
  done
  (cd "$WORK/wheel" && pip_into "$VENV/bin/python" --no-deps --no-index -r wheel.txt)
}
tests_a_lock() { (cd "$WORK" && HOME=$WORK "$VENV/bin/lockbench" test --rig sim --profile qashqai-j11-rear-door --out "$WORK/runs" --json); }
mark_whole() { # the wheel carries this script and its files: what a version was installed by comes back with it
  set -- "$VENV"/lib/python3*/site-packages/bench/_shipped/pi
  ln -s "${1#"$VENV/"}" "$VENV/pi" && touch "$VENV/.whole"
}
venv() {
  is_system || return 0
  test ! -e "$VENV/.whole" || return 0
  test ! -e "$VENV" || run rm -rf "$VENV"
  folder $BASE/venvs
  if test -n "$WHEEL"; then quiet "take $WHEEL (sha256 $SHA)" install -D -m 644 "$WHEEL" "$WORK/wheel/$(basename "$WHEEL")"
  else quiet "build the wheel of this checkout, with what build.lock names" build_wheel; fi
  test "$DRY" = yes || HALF=$VENV # a version that is not whole goes again, whatever ends this
  site='' # the one thing that pip cannot bring to Python 3.13 is lgpio; all else is the lock's, hash for hash, and stands before Debian's
  # shellcheck disable=SC1091
  test "$(. /etc/os-release; echo "${VERSION_ID:-?}")" = 12 || site=--system-site-packages
  # shellcheck disable=SC2086
  quiet "python3 -m venv${site:+ $site} $VENV" python3 -m venv $site "$VENV"
  quiet "pip install --require-hashes --only-binary :all: -r requirements.lock" \
    pip_into "$VENV/bin/python" --ignore-installed --only-binary :all: -r "$HERE/requirements.lock"
  quiet "pip install --require-hashes --no-deps lockbench" add_lockbench
  quiet "lockbench test --rig sim (must pass)" tests_a_lock
  quiet "touch $VENV/.whole" mark_whole
  HALF=''
}
point() { run ln -sfn "$2" "$BASE/$1.new"; run mv -T "$BASE/$1.new" "$BASE/$1"; } # renamed into place: no moment without one
switch() {
  is_system || return 0
  now=$(readlink $BASE/current || true)
  test "$now" != "venvs/$ID" || return 0
  test -z "$now" || point previous "$now"
  point current "venvs/$ID"
  for old in "$BASE"/venvs/*/; do
    old=venvs/$(basename "$old")
    test "$old" = "$now" || test "$old" = "venvs/$ID" || test ! -d "$BASE/$old" || run rm -rf "$BASE/$old"
  done
}

#!/bin/sh
# Mutates the third ring in a copy of the tree and prints what no test noticed; the reasons stand in tests/engine/mutants.md.
# Paths are relative to the checkout; the copy is thrown away.
set -e
here=$(pwd)
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT INT TERM
tar cf - bench dbc wiring pyproject.toml tests/conftest.py tests/command_runs.py tests/engine | tar xf - -C "$copy"
cd "$copy"
"$here/.venv/bin/mutmut" run --max-children "${JOBS:-2}" >"$copy/log" 2>&1 || { tail -5 "$copy/log"; exit 1; }
tail -c 200 "$copy/log" | tr '\r' '\n' | tail -1
"$here/.venv/bin/mutmut" results | while read -r name state; do
  echo "== $name $state"
  test -z "$SHOW" || "$here/.venv/bin/mutmut" show "${name%:}" | grep '^[-+][^-+]'
done

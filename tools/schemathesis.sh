#!/bin/sh
# Asks every operation of the API document with schemathesis (from PyPI, in a folder that goes with this run): all checks,
# three seeds for a key of each scope and the operator's, against a gateway of its own.
#   tools/schemathesis.sh [--examples 100] [--seeds "1 2 3"] [--scopes "read ingest runner admin operator"]
set -eu

examples=100
seeds='1 2 3'
scopes='read ingest runner admin operator'
while [ $# -gt 0 ]; do
  case "$1" in
    --examples) examples=$2 ;;
    --seeds) seeds=$2 ;;
    --scopes) scopes=$2 ;;
    *) echo "unknown: $1; offered are --examples, --seeds, --scopes" >&2; exit 2 ;;
  esac
  shift 2
done

root=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
server=
finish() {
  if [ -n "$server" ]; then
    kill -TERM "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT TERM

python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check schemathesis==4.32.5

mkfifo "$folder/input"
(cd "$root" && exec node tools/bootstrap.mjs node services/gateway/src/test-support/fuzz-server.ts) \
  >"$folder/server.json" <"$folder/input" &
server=$!
# Held open by this script alone: the server goes when it goes, however it ends.
exec 3>"$folder/input"
until [ -s "$folder/server.json" ]; do
  kill -0 "$server" 2>/dev/null || { echo 'the gateway did not start' >&2; exit 1; }
  sleep 0.2
done
of() { node -p "JSON.parse(require('fs').readFileSync(process.argv[1], 'utf8'))$1" "$folder/server.json"; }
url=$(of .url)

failed=0
for scope in $scopes; do
  key=$(of ".keys.$scope")
  for seed in $seeds; do
    echo "== scope $scope, seed $seed"
    (cd "$folder" && venv/bin/st --config-file "$root/tools/schemathesis.toml" run "$url/openapi.json" --checks all \
      --seed "$seed" --max-examples "$examples" --header "Authorization: $key" --no-color) || failed=1
  done
done
exit $failed

#!/bin/sh
# Starts a command in a data folder of its own where several containers share a volume: the first takes $TELLTALE_DATA_DIR
# itself, the next replica-2 in it, and so on. A folder is held by a lock of the kernel, which a container lets go with its
# end, so that whoever is started anew finds what the one before it left. Crews are the same for all.
set -eu
home=$TELLTALE_DATA_DIR
number=1
folder=$home
while :; do
  mkdir -p "$folder"
  exec 9>"$folder/replica.lock"
  if flock -n 9; then break; fi
  number=$((number + 1))
  folder=$home/replica-$number
done
if [ -z "${TELLTALE_CREWS:-}" ] && [ -e "$home/crews.yaml" ]; then export TELLTALE_CREWS="$home/crews.yaml"; fi
export TELLTALE_DATA_DIR="$folder" XDG_STATE_HOME="$folder/state"
exec "$@"

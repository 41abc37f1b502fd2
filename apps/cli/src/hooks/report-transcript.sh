#!/bin/sh
# What an agent calls when a turn ends: report-transcript.sh CLIENT TELLTALE [FLAGS…], and what it tells on stdin (claude)
# or as the last argument (codex). Has the transcript of that conversation imported in the background. Whatever happens,
# the agent goes on at once: this neither waits, nor prints, nor fails.
client=$1
telltale=$2
shift 2
# A program that `telltale run` started is watched already.
[ -n "${TELLTALE_RUN_ID:-}" ] && exit 0
exec 3<&0
(
  if [ "$client" = codex ]; then
    key=thread-id
    left=$#
    for word; do
      shift
      left=$((left - 1))
      if [ "$left" -gt 0 ]; then set -- "$@" "$word"; else told=$word; fi
    done
  else
    key=session_id
    told=$(head -c 1000000 <&3)
  fi
  session=$(printf '%s' "$told" | tr -d '\n' | sed -n "s/.*\"$key\" *: *\"\([A-Za-z0-9_-]*\)\".*/\1/p")
  [ -n "$session" ] || exit 0
  exec "$telltale" import --quiet --only "$client" --session "$session" "$@"
) >/dev/null 2>&1 </dev/null &
exit 0

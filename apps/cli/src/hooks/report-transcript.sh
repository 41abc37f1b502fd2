#!/bin/sh
# What an agent calls when a turn ends: report-transcript.sh CLIENT TELLTALE [FLAGS…], and what it tells on stdin (claude)
# or as the last argument (codex). Has the transcript of that conversation imported in the background. Whatever happens,
# the agent goes on at once: this neither waits nor fails. Within `telltale run` it prints one thing: after a tool, that the
# run is near one of its limits, once for each time that this is said.
client=$1
telltale=$2
shift 2
event() { tr -d '\n' | sed -n 's/.*"hook_event_name" *: *"\([A-Za-z]*\)".*/\1/p'; }
# A program that `telltale run` started is watched already.
if [ -n "${TELLTALE_RUN_ID:-}" ]; then
  notice=${TELLTALE_NOTICE_FILE:-}
  # A mark that somebody reads it: who does may hand back when the run has reached its limit.
  [ "$client" = claude ] && [ -n "$notice" ] && true 2>/dev/null >"$notice.heard"
  [ "$client" = claude ] && [ -s "$notice" ] || exit 0
  told=$(head -c 8000 | tr -d '\n'; cat >/dev/null)
  # What a sub-agent is told its run's own agent does not hear.
  case ${told%%\"hook_event_name\"*} in *'"agent_id"'*) exit 0 ;; esac
  after=${told#*\"hook_event_name\"}
  after=${after#*\"}
  [ "${after%%\"*}" = PostToolUse ] || exit 0
  mv "$notice" "$notice.told" 2>/dev/null || exit 0
  printf '{"hookSpecificOutput":{"hookEventName":"PostToolUse","additionalContext":"%s"}}\n' "$(cat "$notice.told")"
  exit 0
fi
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
    [ "$(printf '%s' "$told" | event)" = PostToolUse ] && exit 0
  fi
  session=$(printf '%s' "$told" | tr -d '\n' | sed -n "s/.*\"$key\" *: *\"\([A-Za-z0-9_-]*\)\".*/\1/p")
  [ -n "$session" ] || exit 0
  exec "$telltale" import --quiet --only "$client" --session "$session" "$@"
) >/dev/null 2>&1 </dev/null &
exit 0

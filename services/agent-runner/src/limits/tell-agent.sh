#!/bin/sh
# What Claude Code calls after a tool and with a prompt, in a run whose tokens or money are limited: it prints what the run
# has left for the agent to be told, once, and leaves a mark that somebody reads it. Whatever happens, the agent goes on.
notice=${TELLTALE_NOTICE_FILE:-}
[ -n "$notice" ] || exit 0
true 2>/dev/null >"$notice.heard"
[ -s "$notice" ] || { cat >/dev/null; exit 0; }
# What is asked for stands in front of what the tool was given; the rest is read so that nobody waits for it.
told=$(head -c 8000 | tr -d '\n'; cat >/dev/null)
before=${told%%\"hook_event_name\"*}
# A sub-agent cannot hand back for its run.
case $before in *'"agent_id"'*) exit 0 ;; esac
after=${told#*\"hook_event_name\"}
after=${after#*\"}
event=${after%%\"*}
case $event in '' | *[!A-Za-z]*) exit 0 ;; esac
mv "$notice" "$notice.told" 2>/dev/null || exit 0
printf '{"hookSpecificOutput":{"hookEventName":"%s","additionalContext":"%s"}}\n' "$event" "$(cat "$notice.told")"

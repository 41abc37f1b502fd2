#!/bin/sh
# What Claude Code calls after a tool and with a prompt, in a run whose tokens or money are limited: it prints what the run
# has left for the agent to be told, once, and leaves a mark that somebody reads it. Whatever happens, the agent goes on.
notice=${TELLTALE_NOTICE_FILE:-}
[ -n "$notice" ] || exit 0
true 2>/dev/null >"$notice.heard"
event=$(head -c 1000000 | tr -d '\n' | sed -n 's/.*"hook_event_name" *: *"\([A-Za-z]*\)".*/\1/p')
[ -s "$notice" ] && [ -n "$event" ] || exit 0
mv "$notice" "$notice.told" 2>/dev/null || exit 0
printf '{"hookSpecificOutput":{"hookEventName":"%s","additionalContext":"%s"}}\n' "$event" "$(cat "$notice.told")"

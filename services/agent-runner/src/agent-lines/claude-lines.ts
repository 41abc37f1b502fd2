import type { AgentLines, Emit } from './agent-lines.ts';
import { createClaudeCalls, type Message, type ModelTotal } from './claude-calls.ts';
import { forgetOldest } from './forget-oldest.ts';
import { createClaudeTools } from './claude-tools.ts';
import { countOf, isJson, known, listOf, objectOf, shortText, textOf, type Json } from '@telltale/answers/json-fields';
import { bucketsOfModelUsage, bucketsOfUsage, inputOf, mergeBuckets, restOf } from './token-buckets.ts';

/** More sub-agents than speak at once, and more models than one client uses. */
const mostThreads = 1_000;
const mostModels = 1_000;

const types = new Set(['system', 'assistant', 'user', 'result', 'stream_event']);

/** Qwen Code prints lines like these about models of others: the cache within the input, a total, and nothing of a turn that failed. */
const isOfQwen = (usage: Json): boolean =>
  'total_tokens' in usage ||
  (usage['input_tokens'] === 0 && usage['output_tokens'] === 0 && !('cache_creation_input_tokens' in usage));

/** Whether a line is one of `claude -p --output-format stream-json` or `json`. */
export function isClaudeLine(line: Json): boolean {
  if (!types.has(textOf(line, 'type') ?? '') || textOf(line, 'session_id') === undefined) return false;
  const told = objectOf(objectOf(line, 'message'), 'usage');
  return !isOfQwen(told) && !isOfQwen(objectOf(line, 'usage'));
}

/**
 * Reads the lines of Claude Code. One message is spread over several `assistant` lines (one per content block) that
 * repeat its usage; `stream_event` lines, when asked for, carry the final one; `result` carries the totals.
 */
export function createClaudeLines({ emit }: { emit: Emit }): AgentLines {
  const calls = createClaudeCalls({ emit });
  const tools = createClaudeTools({ emit });
  /** The message being printed in each thread: the main one and one per subagent. */
  const open = new Map<string, Message>();
  let retries = 0;
  let sessionModel: string | undefined;
  /** The client's totals up to the last result, for versions whose results only give the sum of the session. */
  const settled = new Map<string, ModelTotal>();

  const threadOf = (line: Json): string => textOf(line, 'parent_tool_use_id') ?? '';

  const close = (thread: string): void => {
    const message = open.get(thread);
    open.delete(thread);
    if (message !== undefined) calls.complete(message);
  };

  const start = (line: Json, message: Json, streamed: boolean): Message | undefined => {
    const id = textOf(message, 'id');
    const thread = threadOf(line);
    if (id === undefined || calls.isKnown(id)) return undefined;
    const current = open.get(thread);
    if (current?.id === id) return current;
    close(thread);
    const opened: Message = {
      id,
      model: shortText(textOf(message, 'model')) ?? 'unknown',
      // What the start says about output is a placeholder.
      buckets: { ...bucketsOfUsage(objectOf(message, 'usage')), output: undefined, reasoning: undefined },
      toolCalls: 0,
      streamed,
      attempt: retries > 0 ? retries + 1 : undefined,
      clientSession: shortText(textOf(line, 'session_id')),
      clientAgent: shortText(textOf(line, 'agent_id')),
      clientAgentName: shortText(textOf(line, 'subagent_type')),
    };
    retries = 0;
    open.set(thread, opened);
    const [oldest = ''] = open.keys();
    if (open.size > mostThreads) close(oldest);
    return opened;
  };

  const takeError = (line: Json, message: Json): boolean => {
    const [block = {}] = listOf(message, 'content');
    emit({
      kind: 'llm_call',
      provider: 'anthropic',
      model: sessionModel ?? 'unknown',
      status: 'error',
      origin: 'stdout',
      ...known({
        error_type: shortText(textOf(line, 'api_error_type') ?? textOf(line, 'error')),
        error_message: textOf(block, 'text'),
        request_id: shortText(textOf(line, 'request_id')),
        attempt: retries > 0 ? retries + 1 : undefined,
      }),
      ...(countOf(line, 'api_error_status') === undefined
        ? {}
        : { attributes: { status_code: countOf(line, 'api_error_status') } }),
    });
    retries = 0;
    return true;
  };

  /** An attempt that failed and is made again: only here does the client tell of it. */
  const takeRetry = (line: Json): boolean => {
    const status = countOf(line, 'error_status');
    const attempt = countOf(line, 'attempt') ?? retries + 1;
    retries = attempt;
    emit({
      kind: 'llm_call',
      provider: 'anthropic',
      model: sessionModel ?? 'unknown',
      status: 'error',
      origin: 'stdout',
      attempt,
      // The line's own id: how much the attempt used is known at the end, if at all.
      ...known({ error_type: shortText(textOf(line, 'error')), message_id: attemptId(line) }),
      attributes: {
        retried: true,
        ...known({ status_code: status, client_session_id: shortText(textOf(line, 'session_id')) }),
      },
    });
    return true;
  };

  const takeAssistant = (line: Json): boolean => {
    const message = objectOf(line, 'message');
    tools.takeUses(line, listOf(message, 'content'));
    if (line['is_api_error_message'] === true) return takeError(line, message);
    // Words that the client itself puts in the model's mouth cost nothing.
    if (textOf(message, 'model') === '<synthetic>') return false;
    const current = start(line, message, false);
    if (current === undefined) return false;
    current.requestId ??= textOf(line, 'request_id');
    if (!current.streamed) current.stopReason ??= textOf(message, 'stop_reason');
    current.toolCalls += listOf(message, 'content').filter((block) => block['type'] === 'tool_use').length;
    return true;
  };

  const takeStream = (line: Json): boolean => {
    const event = objectOf(line, 'event');
    const type = textOf(event, 'type');
    if (type === 'message_start') {
      const started = start(line, objectOf(event, 'message'), true);
      if (started !== undefined) started.ttftMs = countOf(line, 'ttft_ms');
      return true;
    }
    const current = open.get(threadOf(line));
    if (current === undefined) return false;
    if (type === 'message_delta') {
      const { cacheWrite5m, cacheWrite1h, ...later } = bucketsOfUsage(objectOf(event, 'usage'));
      // The split of cache writes is told at the start only; the sum in a delta must not replace it.
      const split = current.buckets.cacheWrite1h === undefined ? { cacheWrite5m, cacheWrite1h } : {};
      current.buckets = mergeBuckets(current.buckets, { ...later, ...split });
      current.stopReason = textOf(objectOf(event, 'delta'), 'stop_reason') ?? current.stopReason;
      return true;
    }
    if (type === 'message_stop') close(threadOf(line));
    return false;
  };

  const takeResult = (line: Json): boolean => {
    for (const thread of open.keys()) close(thread);
    const since = line['model_usage_since_last_result'];
    const totals = counted(totalsOf(isJson(since) ? since : objectOf(line, 'modelUsage')), objectOf(line, 'usage'));
    calls.settle(isJson(since) ? totals : totals.map((total) => sinceLast(total, settled.get(total.model))));
    for (const total of totals) settled.set(total.model, total);
    forgetOldest(settled, mostModels);
    return totals.length > 0;
  };

  return {
    take(line) {
      switch (textOf(line, 'type')) {
        case 'system':
          if (textOf(line, 'subtype') === 'init') sessionModel = shortText(textOf(line, 'model'));
          return textOf(line, 'subtype') === 'api_retry' && takeRetry(line);
        case 'assistant':
          return takeAssistant(line);
        case 'user':
          tools.takeResults(line, listOf(objectOf(line, 'message'), 'content'));
          return false;
        case 'stream_event':
          return takeStream(line);
        case 'result':
          return takeResult(line);
        default:
          return false;
      }
    },
    end() {
      for (const thread of open.keys()) close(thread);
      calls.end();
    },
  };
}

/**
 * The totals by model hold the client's own guess at what an answer that broke off had written; its `usage`, of the main
 * thread alone, holds what the answers told. Where nothing else was asked, that is the word on the output.
 */
function counted(totals: ModelTotal[], usage: Json): ModelTotal[] {
  const [only, ...others] = totals;
  const { output, ...told } = bucketsOfUsage(usage);
  const isAll = only !== undefined && others.length === 0 && inputOf(told) === inputOf(only.buckets);
  return isAll && output !== undefined ? [{ ...only, buckets: { ...only.buckets, output } }] : totals;
}

const attemptId = (line: Json): string | undefined => {
  const id = shortText(textOf(line, 'uuid'));
  return id === undefined ? undefined : `attempt:${id}`;
};

function totalsOf(usage: Json): ModelTotal[] {
  return Object.entries(usage).flatMap(([model, value]) => (isJson(value) ? [totalOf(model, value)] : []));
}

function totalOf(model: string, usage: Json): ModelTotal {
  const cost = usage['costUSD'];
  // A price that the client guessed is not a report.
  const reported = typeof cost === 'number' && cost >= 0 && textOf(usage, 'costBasis') !== 'unknown' ? cost : undefined;
  return { model: shortText(model) ?? 'unknown', buckets: bucketsOfModelUsage(usage), costUsd: reported };
}

/** A session's total without what an earlier result told; its cost is only known for the first. */
const sinceLast = (total: ModelTotal, last: ModelTotal | undefined): ModelTotal =>
  last === undefined ? total : { model: total.model, buckets: restOf(total.buckets, last.buckets), costUsd: undefined };

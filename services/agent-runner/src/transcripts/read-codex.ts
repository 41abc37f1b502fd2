import { basename } from 'node:path';
import {
  countOf,
  known,
  objectOf,
  previewOf,
  shortText,
  sizeOf,
  textOf,
  type Json,
} from '@telltale/answers/json-fields';
import { subAgentLabels } from '@telltale/contracts/records/sub-agent';
import { normaliseUsage } from '@telltale/pricing/normalise-usage';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';

/** What one line of a rollout told. */
export type RolloutEntry = {
  /** The line's own id, the same whenever the rollout is read. */
  line: string;
  records: readonly RecordDraft[];
};

/** Reads the lines of one rollout in order; a line that tells nothing is null. */
export type RolloutReader = {
  take(line: Json): RolloutEntry | null;
  /** The conversation, once a line named it. */
  session(): string | undefined;
};

const usageNames = [
  'input_tokens',
  'output_tokens',
  'cached_input_tokens',
  'cache_write_input_tokens',
  'reasoning_output_tokens',
] as const;
type Usage = Partial<Record<(typeof usageNames)[number], number>>;

const usageOf = (usage: Json): Usage =>
  known(
    Object.fromEntries(usageNames.map((name) => [name, countOf(usage, name)])) as {
      [K in keyof Usage]: number | undefined;
    },
  );

/** What a running total grew by; a total that fell begins anew. */
const since = (now: Usage, before: Usage): Usage =>
  (now.input_tokens ?? 0) < (before.input_tokens ?? 0)
    ? now
    : (Object.fromEntries(
        Object.entries(now).map(([name, value]) => [name, value - (before[name as keyof Usage] ?? 0)]),
      ) as Usage);

/** Tools answer in words; those of a shell begin with how it ended. */
const failed = (output: string): boolean =>
  /(?:^|\n)(?:Process exited with code|Exit code:) [1-9]/.test(output) ||
  /"exit_code": ?[1-9]/.test(output.slice(-200));

/**
 * Codex's rollouts. Since 0.160 each answer has a line with its id and usage; before that a running total after each
 * answer tells it, and a file that has the one is not read by the other.
 */
export function readCodex({ redact }: { redact: (text: string) => string }): RolloutReader {
  let session: string | undefined;
  /** Which sub-agent the rollout is of. */
  let about: { attributes?: Record<string, unknown>; labels?: Record<string, string> } = {};
  let project: string | undefined;
  let model = 'unknown';
  let provider: string | undefined;
  let numbered = false;
  let total: Usage = {};
  let index = 0;
  const open = new Map<string, { name: string; input: unknown; at: number }>();

  const call = (usage: Usage, id: string | undefined): RecordDraft => ({
    kind: 'llm_call',
    model,
    status: 'ok',
    origin: 'transcript',
    ...normaliseUsage('codex_rollout', usage),
    ...known({ provider, message_id: shortText(id) }),
  });

  const toolOf = (payload: Json, at: string | undefined): RecordDraft | null => {
    const type = textOf(payload, 'type') ?? '';
    const id = shortText(textOf(payload, 'call_id'));
    if (id === undefined) return null;
    const time = Date.parse(at ?? '');
    if (/^(?:function|custom_tool|local_shell)_call$/.test(type)) {
      open.set(id, {
        name: textOf(payload, 'name') ?? 'shell',
        input: payload['arguments'] ?? payload['input'] ?? payload['action'],
        at: time,
      });
      return null;
    }
    const use = open.get(id);
    if (!type.endsWith('_call_output') || use === undefined) return null;
    open.delete(id);
    const output = previewOf(payload['output']) ?? '';
    const input = previewOf(use.input);
    const success = !failed(output);
    return {
      kind: 'tool_call',
      tool_name: shortText(use.name) ?? 'unknown',
      tool_call_id: id,
      success,
      ...known({
        duration_ms: Number.isNaN(time - use.at) ? undefined : Math.max(0, time - use.at),
        input_size_bytes: sizeOf(use.input),
        output_size_bytes: sizeOf(payload['output']),
        input_preview: input && redact(input).slice(0, 2_000),
        output_preview: redact(output).slice(0, 2_000),
        error_message: success ? undefined : redact(output),
      }),
    };
  };

  /** A sub-agent's rollout names the conversation that it is of; what is copied into it from there begins with another line like this. */
  const begin = (payload: Json): void => {
    if (session !== undefined) return;
    const id = shortText(textOf(payload, 'id'));
    const parent = textOf(payload, 'parent_thread_id');
    session = parent === undefined ? id : (shortText(textOf(payload, 'session_id')) ?? shortText(parent));
    if (parent === undefined) return;
    const name = shortText(textOf(payload, 'agent_role') ?? textOf(payload, 'agent_nickname'));
    const attributes = known({ client_agent_id: id, client_agent_name: name });
    about = { attributes, ...subAgentLabels({ attributes }) };
  };

  const recordOf = (type: string | undefined, payload: Json, at: string | undefined): RecordDraft | null => {
    switch (type) {
      case 'session_meta':
        begin(payload);
        project = basename(textOf(payload, 'cwd') ?? '') || undefined;
        provider = textOf(payload, 'model_provider') === 'openai' ? 'openai' : undefined;
        return null;
      case 'turn_context':
        model = shortText(textOf(payload, 'model')) ?? model;
        return null;
      case 'token_usage_record':
        numbered = true;
        return call(usageOf(objectOf(payload, 'usage')), textOf(payload, 'response_id'));
      case 'response_item':
        return toolOf(payload, at);
      case 'event_msg': {
        const now = usageOf(objectOf(objectOf(payload, 'info'), 'total_token_usage'));
        if (textOf(payload, 'type') !== 'token_count' || now.input_tokens === undefined || numbered) return null;
        const usage = since(now, total);
        total = now;
        // Limits are told again without an answer between.
        return (usage.input_tokens ?? 0) + (usage.output_tokens ?? 0) === 0 ? null : call(usage, undefined);
      }
      default:
        return null;
    }
  };

  return {
    take(line): RolloutEntry | null {
      index += 1;
      const at = textOf(line, 'timestamp');
      const record = recordOf(textOf(line, 'type'), objectOf(line, 'payload'), at);
      if (record === null) return null;
      const ordinal = countOf(line, 'ordinal');
      return {
        line: ordinal === undefined ? `line ${index}` : String(ordinal),
        records: [{ ...known({ at, session_id: session, project: shortText(project) }), ...about, ...record }],
      };
    },
    session: () => session,
  };
}

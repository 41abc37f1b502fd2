import { basename } from 'node:path';
import { isJson, known, listOf, objectOf, shortText, textOf, type Json } from '@telltale/answers/json-fields';
import { createClaudeTools } from '@telltale/agent-runner/agent-lines/claude-tools';
import { besideOfUsage } from '@telltale/pricing/beside-tokens';
import { normaliseUsage } from '@telltale/pricing/normalise-usage';
import { subAgentLabels } from '@telltale/contracts/records/sub-agent';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import type { Entry, ReadOptions, TranscriptReader } from './transcript.ts';

/** What the client writes in place of an answer of the model. */
const notAModel = '<synthetic>';

/**
 * The provider's own word for a failure. Older versions have it in the text alone, or only the status (`API Error: 529 {…}`), and
 * beside it a word of theirs that does not say whether anything was answered.
 */
function errorTypeOf(line: Json, text = ''): string | undefined {
  const [, status] = /^API Error: (\d{3})\b/.exec(text) ?? [];
  const told = textOf(line, 'apiErrorType') ?? /"type":\s*"(\w+_error)"/.exec(text)?.[1];
  return shortText(told ?? (status === undefined ? textOf(line, 'error') : `http_${status}`));
}

/**
 * Claude Code's transcripts. An answer stands on as many lines as it has blocks, each with the whole usage: the first
 * counts. Sub-agents have transcripts of their own, or lines marked as a side chain; they belong to the one session. What a
 * fork copied belongs to the session that asked for it, where it is told by the same ids.
 */
export function readClaude({ redact, about }: Pick<ReadOptions, 'redact' | 'about'>): TranscriptReader {
  const seen = new Set<string>();
  let session: string | undefined;
  /** Of which conversation the answer at hand is: a fork begins with copies of what another one said. */
  let copiedFrom: string | undefined;
  let made: RecordDraft[] = [];
  const tools = createClaudeTools({ emit: (draft) => made.push(draft) });

  const callOf = (line: Json, message: Json): RecordDraft | null => {
    const id = shortText(textOf(message, 'id'));
    const model = textOf(message, 'model');
    if (line['isApiErrorMessage'] === true) {
      const [block = {}] = listOf(message, 'content');
      const text = textOf(block, 'text');
      return {
        kind: 'llm_call',
        provider: 'anthropic',
        model: 'unknown',
        status: 'error',
        origin: 'transcript',
        ...known({
          error_type: errorTypeOf(line, text),
          error_message: text && redact(text),
          request_id: shortText(textOf(line, 'requestId')),
          // Copies of the line in other conversations keep its own id.
          message_id: shortText(`line:${textOf(line, 'uuid') ?? ''}`),
        }),
      };
    }
    if (id === undefined || model === undefined || model === notAModel || seen.has(id)) return null;
    seen.add(id);
    const beside = besideOfUsage(objectOf(message, 'usage'));
    return {
      kind: 'llm_call',
      provider: 'anthropic',
      model: shortText(model) ?? 'unknown',
      status: 'ok',
      origin: 'transcript',
      message_id: id,
      ...normaliseUsage('claude_code_transcript', objectOf(message, 'usage')),
      ...known({
        request_id: shortText(textOf(line, 'requestId')),
        stop_reason: shortText(textOf(message, 'stop_reason')),
        attributes: Object.keys(beside).length === 0 ? undefined : beside,
      }),
    };
  };

  /** Previews of tools pass through what takes secrets out. */
  const safe = (draft: RecordDraft): RecordDraft =>
    draft.kind === 'tool_call'
      ? {
          ...draft,
          ...known({
            input_preview: draft.input_preview && redact(draft.input_preview).slice(0, 2_000),
            output_preview: draft.output_preview && redact(draft.output_preview).slice(0, 2_000),
            error_message: draft.error_message && redact(draft.error_message),
          }),
        }
      : draft;

  const who = (line: Json) => {
    const cwd = textOf(line, 'cwd');
    const attributes = known({
      client_agent_id: shortText(textOf(line, 'agentId')),
      client_agent_name: about === undefined ? undefined : shortText(textOf(about, 'agentType')),
      client_version: shortText(textOf(line, 'version')),
    });
    return {
      ...known({
        at: textOf(line, 'timestamp'),
        session_id: copiedFrom ?? shortText(textOf(line, 'sessionId')),
        project: cwd === undefined ? undefined : shortText(basename(cwd)),
      }),
      ...(Object.keys(attributes).length > 0 ? { attributes } : {}),
      ...subAgentLabels({ attributes }),
    };
  };

  return {
    take(line): Entry | null {
      session ??= shortText(textOf(line, 'sessionId'));
      const uuid = textOf(line, 'uuid');
      const message = objectOf(line, 'message');
      const type = textOf(line, 'type');
      if (uuid === undefined || (type !== 'assistant' && type !== 'user')) return null;
      made = [];
      if (type === 'assistant') {
        copiedFrom = shortText(textOf(line, 'requestSessionId'));
        const call = callOf(line, message);
        if (call !== null) made.push(call);
        tools.takeUses(line, listOf(message, 'content'));
      } else tools.takeResults(line, listOf(message, 'content').filter(isJson));
      if (made.length === 0) return null;
      const fields = who(line);
      const withAttributes = (draft: RecordDraft) =>
        draft.attributes === undefined ? {} : { attributes: { ...fields.attributes, ...draft.attributes } };
      return { line: uuid, records: made.map((draft) => ({ ...fields, ...safe(draft), ...withAttributes(draft) })) };
    },
    session: () => session,
  };
}

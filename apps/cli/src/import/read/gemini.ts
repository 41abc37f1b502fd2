import {
  known,
  listOf,
  objectOf,
  previewOf,
  shortText,
  sizeOf,
  textOf,
  type Json,
} from '@telltale/answers/json-fields';
import { normaliseUsage } from '@telltale/pricing/normalise-usage';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import type { Entry, TranscriptReader } from './transcript.ts';

/**
 * Gemini CLI's chats. A message is written again under its id when more of it is known: every writing is a record of the
 * same call, whose newest word counts. A tool counts when its outcome is there, once.
 */
export function readGemini({ file, redact }: { file: string; redact: (text: string) => string }): TranscriptReader {
  let session: string | undefined;
  const writings = new Map<string, number>();
  const told = new Set<string>();
  const usages = new Map<string, string>();

  const toolOf = (tool: Json, at: string | undefined): RecordDraft | null => {
    const id = shortText(textOf(tool, 'id'));
    const status = textOf(tool, 'status');
    if (id === undefined || told.has(id) || status === undefined || !/^(?:success|error|cancelled)$/i.test(status))
      return null;
    told.add(id);
    const input = previewOf(tool['args']);
    const output = previewOf(tool['resultDisplay'] ?? tool['result']);
    const success = /^success$/i.test(status);
    return {
      kind: 'tool_call',
      tool_name: shortText(textOf(tool, 'name')) ?? 'unknown',
      tool_call_id: id,
      success,
      ...known({
        at: textOf(tool, 'timestamp') ?? at,
        input_size_bytes: sizeOf(tool['args']),
        output_size_bytes: sizeOf(tool['result']),
        input_preview: input && redact(input).slice(0, 2_000),
        output_preview: output && redact(output).slice(0, 2_000),
        error_message: success || output === undefined ? undefined : redact(output),
      }),
    };
  };

  const take = (message: Json): Entry | null => {
    session ??= shortText(textOf(message, 'sessionId'));
    const id = shortText(textOf(message, 'id'));
    if (textOf(message, 'type') !== 'gemini' || id === undefined) return null;
    const at = textOf(message, 'timestamp');
    const records: RecordDraft[] = [];
    const tokens = objectOf(message, 'tokens');
    const usage = JSON.stringify(tokens);
    if (Object.keys(tokens).length > 0 && usages.get(id) !== usage) {
      usages.set(id, usage);
      records.push({
        kind: 'llm_call',
        provider: 'google',
        model: shortText(textOf(message, 'model')) ?? 'unknown',
        status: 'ok',
        origin: 'transcript',
        message_id: `${file}:${id}`.slice(0, 200),
        ...normaliseUsage('gemini_cli_transcript', tokens),
        ...known({ at }),
      });
    }
    for (const tool of listOf(message, 'toolCalls')) {
      const record = toolOf(tool, at);
      if (record !== null) records.push(record);
    }
    if (records.length === 0) return null;
    const writing = (writings.get(id) ?? 0) + 1;
    writings.set(id, writing);
    return { line: `${id}:${writing}`, records };
  };
  return { take, session: () => session };
}

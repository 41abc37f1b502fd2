import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { isJson, textOf, type Json } from '@telltale/answers/json-fields';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { readCodex } from './read-codex.ts';
import type { SessionClaims } from './session-claims.ts';

const parse = (line: string): Json | null => {
  try {
    const value: unknown = JSON.parse(line);
    return isJson(value) ? value : null;
  } catch {
    // The last line of one that was killed.
    return null;
  }
};

/**
 * Tells what Codex wrote down in `paths` since a run began whose program started it in a way that does not make it report,
 * unless telemetry or another run tells of the conversation.
 */
export async function tellRollouts({
  paths,
  since,
  isTold,
  claims,
  redact,
  emit,
}: {
  paths: readonly string[];
  /** When the run began, epoch ms. */
  since: number;
  isTold: (session: string) => boolean;
  claims: SessionClaims;
  redact: (text: string) => string;
  emit: (record: RecordDraft) => void;
}): Promise<void> {
  for (const path of paths) {
    const reader = readCodex({ redact });
    let from: number | null | undefined;
    const input = createReadStream(path);
    try {
      for await (const text of createInterface({ input, crlfDelay: Infinity })) {
        const line = parse(text);
        if (line === null) continue;
        const entry = reader.take(line);
        const session = reader.session();
        if (session === undefined) continue;
        if (from === undefined) from = isTold(session) ? null : claims.take(session);
        if (from === null) break;
        const at = Date.parse(textOf(line, 'timestamp') ?? '');
        if (entry !== null && at >= Math.max(since, from)) entry.records.forEach(emit);
      }
    } catch {
      // Moved away meanwhile: the others are told.
    } finally {
      // An interface that is left only holds its file still.
      input.destroy();
    }
  }
}

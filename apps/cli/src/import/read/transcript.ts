import type { Json } from '@telltale/answers/json-fields';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';

/** What one line of a transcript told. */
export type Entry = {
  /** The line's own id, the same whenever the transcript is read. */
  line: string;
  records: readonly RecordDraft[];
};

/** Reads the lines of one transcript in order; a line that tells nothing is null. */
export type TranscriptReader = {
  take(line: Json): Entry | null;
  /** The conversation, once a line named it. */
  session(): string | undefined;
};

export type TranscriptKind = {
  /** Names the records' agent where nobody else does. */
  agent: string;
  /** Also part of every record's id. */
  name: 'claude' | 'codex' | 'gemini';
  read(about: ReadOptions): TranscriptReader;
};

export type ReadOptions = {
  /** The file's name without its ending. */
  file: string;
  /** What stands beside it about it, where a client writes that. */
  about?: Json | undefined;
  /** Makes previews and messages safe to keep. */
  redact: (text: string) => string;
};

import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import type { Json } from '@telltale/answers/json-fields';

/** Gets a record on its way; the run adds who and when. */
export type Emit = (draft: RecordDraft) => void;

/** Reads the JSON lines that one kind of client prints. */
export type AgentLines = {
  /** Takes a parsed line; true when it told of the use of a model. */
  take(line: Json): boolean;
  /** The output is over: what was held back goes out as it is known. */
  end(): void;
};

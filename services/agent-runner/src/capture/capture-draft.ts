import { limits } from '@telltale/contracts/limits';
import type { RecordKind } from '@telltale/contracts/records/record';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import type { Redactor } from '@telltale/sdk/capture/redactor';

/** metadata: no text of the agent leaves; redacted: text leaves without secrets; full: text leaves as it is. */
export type CaptureMode = 'metadata' | 'redacted' | 'full';
/** The mode of each kind; `default` is for kinds that are not named. */
export type CaptureModes = { default: CaptureMode } & Partial<Record<RecordKind, CaptureMode>>;

/** Fields that hold what an agent wrote, and the most characters each may have. */
const textFields: readonly (readonly [name: string, most: number])[] = Object.entries({
  message: limits.textLength,
  summary: limits.textLength,
  command: limits.errorLength,
  error_message: limits.errorLength,
  input_preview: limits.previewLength,
  output_preview: limits.previewLength,
  uri: 2_000,
});
/** Open values that hold what an agent or its caller wrote. */
const contentFields = ['inputs', 'output', 'data', 'metadata', 'evidence'] as const;
/** Names and open values that are kept in every mode. */
const keptFields = ['attributes', 'branch'] as const;

type Fields = Record<string, unknown>;

function clip(text: string, max: number): string {
  return text.length <= max ? text : text.slice(0, max).toWellFormed();
}

/** What remains of a text when only metadata may leave: of a command its program, of a log line nothing. */
function reduced(field: string, text: string): string | undefined {
  if (field === 'command') return text.split(' ', 1)[0];
  return field === 'message' ? '' : undefined;
}

function redactDeep(value: unknown, depth: number, redact: (text: string) => string): unknown {
  if (typeof value === 'string') return redact(value);
  if (typeof value !== 'object' || value === null || depth > limits.attributeDepth) return value;
  if (Array.isArray(value)) return value.map((item) => redactDeep(item, depth + 1, redact));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactDeep(item, depth + 1, redact)]));
}

/**
 * The draft as it may leave this process. Runs before anything is spooled, because nothing downstream can recall what
 * was. The number of replaced secrets is kept in `attributes.redactions`.
 */
export function captureDraft(draft: RecordDraft, modes: CaptureModes, redactor: Redactor): RecordDraft {
  const mode = modes[draft.kind] ?? modes.default;
  const fields: Fields = { ...draft };
  const before = draft.attributes?.['redactions'];
  let redactions = 0;
  const redact = (text: string): string => {
    if (mode === 'full') return text;
    const result = redactor.redact(text);
    redactions += result.count;
    return result.text;
  };
  for (const [field, max] of textFields) {
    const value = fields[field];
    if (typeof value !== 'string') continue;
    const kept = mode === 'metadata' ? reduced(field, value) : value;
    // A git message or an error is left out; the message of a log line is needed and becomes empty.
    if (kept === undefined || (kept === '' && draft.kind !== 'log_entry')) delete fields[field];
    else fields[field] = clip(redact(kept), max);
  }
  for (const field of contentFields) {
    if (fields[field] === undefined) continue;
    if (mode === 'metadata') delete fields[field];
    else fields[field] = redactDeep(fields[field], 0, redact);
  }
  for (const field of keptFields) {
    if (fields[field] !== undefined) fields[field] = redactDeep(fields[field], 0, redact);
  }
  if (redactions > 0) {
    const all = redactions + (typeof before === 'number' ? before : 0);
    fields['attributes'] = { ...(fields['attributes'] as Fields | undefined), redactions: all };
  }
  return fields as RecordDraft;
}

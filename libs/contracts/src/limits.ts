/** Sizes every door enforces. Bytes are UTF-8 bytes unless a name says characters. */
export const limits = {
  /** One HTTP ingest body. */
  bodyBytes: 8 * 1024 * 1024,
  recordsPerBatch: 10_000,
  recordBytes: 256 * 1024,
  /** Characters of an id or a short name. */
  idLength: 200,
  /** Characters of a log line, a commit message or a step summary that are kept. */
  textLength: 64 * 1024,
  /** Characters of an error message. */
  errorLength: 8 * 1024,
  /** Characters of a tool's input or output preview (redacted at the source). */
  previewLength: 2_000,
  labels: 8,
  labelKeyLength: 64,
  attributes: 256,
  attributeDepth: 32,
} as const;

import { TelltaleError } from '@telltale/contracts/errors';

/**
 * The key of an `Authorization` header. `OTEL_EXPORTER_OTLP_HEADERS` is to be percent-encoded (Python's exporters refuse
 * a bare space), yet Claude Code 2.1 sends its value as it stands: `Bearer%20<key>` arrives and means the same.
 */
export function bearerToken(header: string | undefined): string {
  if (header === undefined) {
    throw new TelltaleError('unauthenticated', 'send a key as the header Authorization: Bearer <key>');
  }
  const match = /^Bearer(?: +|%20)([\x21-\x7e]{1,512}) *$/i.exec(header);
  if (match?.[1] === undefined) {
    throw new TelltaleError('unauthenticated', 'the Authorization header is not of the form Bearer <key>');
  }
  return match[1];
}

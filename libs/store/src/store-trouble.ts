/** Classes and codes of PostgreSQL that say that it, not the query, is the trouble. */
const awayCodes = /^(?:08|57P0|53|58)/;
const statementTimeout = '57014';
const socketErrors = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EPIPE', 'ENOENT']);
/** The driver's own errors carry no code. */
const driverMessages = /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered)/;

const codeOf = (error: object): string => {
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string' ? code : '';
};

/**
 * Whether an error means that the store does not answer (`away`: a retry makes sense) or took too long (`timeout`: ask
 * for less); null when it is anything else.
 */
export function storeTrouble(error: unknown): 'away' | 'timeout' | null {
  if (error instanceof AggregateError) {
    return error.errors.map(storeTrouble).find((trouble) => trouble !== null) ?? null;
  }
  if (!(error instanceof Error)) return null;
  const code = codeOf(error);
  if (code === statementTimeout) return 'timeout';
  return awayCodes.test(code) || socketErrors.has(code) || driverMessages.test(error.message) ? 'away' : null;
}

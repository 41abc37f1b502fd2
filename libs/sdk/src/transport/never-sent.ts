/** Failures before a single byte of the request could have arrived. */
const beforeSending = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** True when an error proves that the other side saw nothing of the request. */
export function neverSent(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(neverSent);
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string' && beforeSending.has(code);
}

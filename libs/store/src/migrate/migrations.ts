import { readdir, readFile } from 'node:fs/promises';

export type Migration = { version: number; name: string; sql: string };

const folder = new URL('../../migrations/', import.meta.url);

async function names(): Promise<{ version: number; name: string }[]> {
  const found = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return found.map((name, index) => {
    const version = Number(name.slice(0, 4));
    if (version !== index + 1) throw new Error(`migrations/${name}: numbers go up by one from 0001`);
    return { version, name };
  });
}

/** Every migration after `version`, in order. */
export async function migrationsAfter(version: number): Promise<Migration[]> {
  const wanted = (await names()).filter((migration) => migration.version > version);
  return Promise.all(
    wanted.map(async (migration) => ({ ...migration, sql: await readFile(new URL(migration.name, folder), 'utf8') })),
  );
}

/** The schema version this program was made for. */
export async function knownVersion(): Promise<number> {
  return (await names()).length;
}

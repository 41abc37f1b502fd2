import { z } from 'zod';
import { readConfig } from '@telltale/runtime/config';
import type { Context } from '../context.ts';
import { migrateStore } from '../up/migrate-store.ts';
import { ensureOperatorKey } from '../up/operator-key.ts';

const shape = {
  TELLTALE_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'is not a postgres:// URL' }),
  TELLTALE_KEY_SECRET: z.string().min(32, { error: 'is shorter than 32 characters' }),
};

/** Migrates the database and leaves an operator's key in `keyFile`, readable to the containers that mount its volume. */
export async function migrateDeployment(keyFile: string, context: Context): Promise<void> {
  const config = readConfig(shape, context.env);
  await migrateStore(config.TELLTALE_DATABASE_URL);
  await ensureOperatorKey({
    databaseUrl: config.TELLTALE_DATABASE_URL,
    keySecret: config.TELLTALE_KEY_SECRET,
    file: keyFile,
    mode: 0o444,
  });
  context.say('the schema is up to date');
}

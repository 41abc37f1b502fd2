import { Client } from 'pg';
import { migrate } from '@telltale/store/migrate';
import type { TestProject } from 'vitest/node';
import { startBackend } from './choose-backend.ts';
import './provided.ts';

export const templateDatabase = 'telltale_template';

/** One PostgreSQL and one Redis a run; a migrated template that each test file clones. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const backend = await startBackend(process.env['TEST_BACKEND']);
  try {
    const url = new URL(backend.postgresUrl);
    const admin = new Client({ connectionString: backend.postgresUrl });
    await admin.connect();
    await admin.query(`create database ${templateDatabase}`);
    await admin.end();
    url.pathname = `/${templateDatabase}`;
    await migrate({ url: url.href });
  } catch (error) {
    await backend[Symbol.asyncDispose]();
    throw error;
  }
  project.provide('backend', backend.kind);
  project.provide('postgresUrl', backend.postgresUrl);
  project.provide('redisUrl', backend.redisUrl);
  return async () => {
    await backend[Symbol.asyncDispose]();
  };
}

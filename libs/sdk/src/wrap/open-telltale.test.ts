import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { startScriptedGateway } from '../test-support/scripted-gateway.ts';
import { temporaryFolder } from '../test-support/temporary-folder.ts';
import { openTelltale } from './open-telltale.ts';

const agent = join(import.meta.dirname, '../test-support/short-agent.fixture.ts');

test.for([
  { how: 'itself', code: 0, signal: null },
  { how: 'signal', code: null, signal: 'SIGTERM' },
])('an agent that ends by $how has sent everything, and ends as it would alone', async ({ how, code, signal }) => {
  await using gateway = await startScriptedGateway();
  const folder = temporaryFolder();
  const child = spawn(process.execPath, [agent, gateway.url, folder, how], { stdio: ['ignore', 'ignore', 'inherit'] });
  expect(await once(child, 'exit')).toEqual([code, signal]);
  const records = gateway.seen.flatMap((batch) => batch.records);
  expect(records).toHaveLength(250);
  expect(new Set(records.map(({ id }) => id)).size).toBe(250);
});

test.for([
  { how: 'exit', code: 3 },
  { how: 'error', code: 1 },
])('what an agent that ends by an $how leaves is sent by the next one, once', async ({ how, code }) => {
  await using gateway = await startScriptedGateway();
  const folder = temporaryFolder();
  const child = spawn(process.execPath, [agent, gateway.url, folder, how], { stdio: 'ignore' });
  expect(await once(child, 'exit')).toEqual([code, null]);
  const sent = (): { id: string }[] => gateway.seen.flatMap((batch) => batch.records);
  expect(sent()).toHaveLength(0);
  await using next = await openTelltale({
    url: gateway.url,
    apiKey: 'key',
    identity: { agent_id: 'next' },
    spoolRoot: folder,
  });
  expect(next).toBeDefined();
  await until(() => sent().length === 250);
  expect(new Set(sent().map(({ id }) => id)).size).toBe(250);
});

test('what is no address is refused by its name', async () => {
  const opened = openTelltale({ url: 'localhost 4400', apiKey: 'key', identity: { agent_id: 'a' } });
  await expect(opened).rejects.toThrow(/^url: localhost 4400 is no address/);
});

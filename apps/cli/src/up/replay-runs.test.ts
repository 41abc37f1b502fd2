import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { sealBatch } from '@telltale/sdk/recorder/seal-batch';
import { openFileSpool } from '@telltale/sdk/spool/file-spool';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { replayRuns } from './replay-runs.ts';

const newId = createUuidV7();
const log = createLog({ service: 'test', level: 'silent' });

/** What a run leaves that ended before it could send. */
async function leaveSpool(root: string, url: string, team: string): Promise<void> {
  const spool = await openFileSpool({ root, producerId: newId(), url, team, clock: systemClock, log });
  await spool.append(sealBatch(1, 'kept', [{ id: newId(), json: `{"team":"${team}"}` }], { issued: 1, dropped: {} }));
  await spool.close(1);
}

test('the spools of short runs are sent for each team with the instance’s own key, those of other instances are not', async () => {
  const root = mkdtempSync(join(tmpdir(), 'spools-'));
  const keyFile = join(root, 'operator.key');
  writeFileSync(keyFile, 'tt_key\n');
  const seen: string[] = [];
  const server = createServer((request, response) => {
    if (request.method === 'POST') seen.push(`${request.headers.authorization} ${request.url}`);
    response.writeHead(request.method === 'POST' ? 202 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ producer_id: 'p', seq: 1, accepted: 1, rejected: [], stored_seq: 1 }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await leaveSpool(root, url, 'default');
  await leaveSpool(root, url, 'crew');
  await leaveSpool(root, url, 'key abc');
  await leaveSpool(root, 'http://elsewhere', 'default');
  const replaying = replayRuns({ spoolRoot: root, url, keyFile });
  await until(() => seen.some((one) => one.includes('crew')) && seen.some((one) => one.includes('default')));
  await replaying[Symbol.asyncDispose]();
  server.closeAllConnections();
  server.close();
  rmSync(root, { recursive: true });
  const prefix = 'Bearer tt_key /api/v1/telemetry?team_id=';
  expect([...new Set(seen)].toSorted()).toEqual([`${prefix}crew`, `${prefix}default`]);
});

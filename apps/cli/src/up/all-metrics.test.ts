import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { freePort } from '@telltale/embedded/free-port';
import { createMetrics } from '@telltale/runtime/metrics';
import { lintMetrics } from '@telltale/testkit/lint-metrics';
import { serveAllMetrics } from './all-metrics.ts';

const services = ['one', 'two'].map((service) => ({ readMetrics: createMetrics({ service, version: '1' }).read }));

test('one listener on this machine shows the metrics of all services, a silent one apart', async () => {
  const port = await freePort();
  const silent = { readMetrics: async () => '' };
  const say = (line: string) => expect.unreachable(line);
  await using listener = await serveAllMetrics([...services, silent], { port, isDefault: true, say });
  expect(listener).toBeDefined();
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
  const text = await answer.text();
  expect(answer.headers.get('content-type')).toContain('version=0.0.4');
  expect(lintMetrics(text)).toEqual([]);
  expect(text).toContain('service="one"');
  expect(text).toContain('service="two"');
});

test('a default port that is taken means no metrics and is said; one that was asked for is refused', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);
  await using _nothing = await serveAllMetrics(services, { port, isDefault: true, say });
  expect(said).toEqual([`no metrics: port ${port} is taken; choose another with TELLTALE_METRICS_PORT`]);
  await expect(serveAllMetrics(services, { port, isDefault: false, say })).rejects.toThrow(/for metrics is taken/);
  await using _off = await serveAllMetrics(services, { port: 'off', isDefault: false, say });
  expect(said).toHaveLength(1);
  holder.close();
});

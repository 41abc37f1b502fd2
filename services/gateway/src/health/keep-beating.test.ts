import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { createTestGateway } from '../test-support/test-gateway.ts';

type Status = { name: string; status: string; details: string };

test('each gateway is a healthy line of the health page, and one that stopped leaves none', async () => {
  await using first = await createTestGateway();
  const headers = await first.as('red', 'read');
  const gateways = async (): Promise<Status[]> => {
    const request = { url: '/api/v1/monitoring/system/health', headers };
    const health = (await first.gateway.http.inject(request)).json();
    return health.service_statuses.filter(({ name }: Status) => name.startsWith('gateway '));
  };
  const both = await (async () => {
    await using second = await createTestGateway({
      database: { url: first.databaseUrl },
      redis: { url: first.redisUrl },
    });
    expect(second.gateway.url).toContain('http');
    const lines = await until(async () => {
      const now = await gateways();
      return now.length === 2 ? now : null;
    });
    return lines;
  })();
  expect(both.map(({ status }) => status)).toEqual(['healthy', 'healthy']);
  expect(both[0]?.details).toContain(`pid ${process.pid}`);
  await until(async () => (await gateways()).length === 1);
});

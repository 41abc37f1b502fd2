import { createTestGateway, type TestGateway } from '@telltale/gateway/test-support/test-gateway';
import { connectWriter, disconnect, type StreamConnection } from '@telltale/stream/connect';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { holdingFeatures } from './holding.fixture.ts';
import { keepingFeatures } from './keeping.fixture.ts';
import { openRunner, type Way } from './runner-rig.fixture.ts';
import { tellingFeatures } from './telling.fixture.ts';

/**
 * Every feature of a runner, by both ways on which it may report: beside Redis, and elsewhere through the gateway. Batches
 * (`transport-conformance`) and leases of tasks (`task-source-conformance`) have suites of their own for both.
 */
const features = { ...tellingFeatures, ...holdingFeatures, ...keepingFeatures };

let t: TestGateway;
let redis: StreamConnection;
beforeAll(async () => {
  t = await createTestGateway();
  redis = await connectWriter({ url: t.redisUrl, name: 'test' });
});
afterAll(async () => {
  disconnect(redis);
  await t[Symbol.asyncDispose]();
});

describe.each<Way>(['gateway', 'redis'])('a runner that reports by way of the %s', (way) => {
  test.concurrent.each(Object.entries(features).map(([name, feature], at) => ({ name, feature, at })))(
    '$name',
    async ({ feature, at }) => {
      await using runner = await openRunner({ t, redis, team: `${way}-${at}`, way });
      await feature(runner);
    },
  );
});

import { expect, test } from 'vitest';
import { createMetrics, serveMetrics } from './metrics.ts';

test('a scrape tells the build, what was counted and what is asked at that moment', async () => {
  const metrics = createMetrics({ service: 'test', version: '1.2.3' });
  metrics.counter({ name: 'telltale_things_total', help: 'Things.', labels: ['kind'] }).inc({ kind: 'a' }, 3);
  metrics.gauge({ name: 'telltale_lag_seconds', help: 'Lag.' }, (gauge) => gauge.set(1.5));
  await using server = await serveMetrics(metrics, { host: '127.0.0.1', port: 0 });
  const answer = await fetch(`http://127.0.0.1:${server.port}/metrics`);
  const text = await answer.text();
  expect(answer.headers.get('content-type')).toContain('text/plain');
  expect(text).toContain('telltale_build_info{service="test",version="1.2.3"} 1');
  expect(text).toContain('telltale_things_total{kind="a"} 3');
  expect(text).toContain('telltale_lag_seconds 1.5');
  expect((await fetch(`http://127.0.0.1:${server.port}/other`)).status).toBe(404);
});

test('a port that is taken is an error, and two processes worth of metrics do not meet', async () => {
  const [one, two] = [1, 2].map(() => createMetrics({ service: 'test', version: '1' }));
  if (one === undefined || two === undefined) throw new Error('unreachable');
  one.counter({ name: 'telltale_things_total', help: 'Things.' });
  two.counter({ name: 'telltale_things_total', help: 'Things.' });
  await using server = await serveMetrics(one, { host: '127.0.0.1', port: 0 });
  await expect(serveMetrics(two, { host: '127.0.0.1', port: server.port })).rejects.toThrow('EADDRINUSE');
});

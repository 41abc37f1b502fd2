import { expect, test } from 'vitest';
import { mergeMetrics } from './merge-metrics.ts';
import { createMetrics } from './metrics.ts';

async function exposed(service: string, stage: string): Promise<string> {
  const metrics = createMetrics({ service, version: '1' });
  metrics
    .counter({ name: 'telltale_records_total', help: 'Records.', labels: ['stage', 'kind'] })
    .inc({ stage, kind: 'a "quoted" \n name' }, 2);
  metrics.histogram({ name: 'telltale_wait_seconds', help: 'Wait.', buckets: [0.1, 1] }).observe(0.5);
  return metrics.read();
}

test('the metrics of several processes are those of one: each family once, equal samples added up', async () => {
  const merged = mergeMetrics([await exposed('one', 'in'), await exposed('two', 'in'), await exposed('three', 'out')]);
  const lines = merged.split('\n');
  expect(lines.filter((line) => line === '# TYPE telltale_records_total counter')).toHaveLength(1);
  expect(lines).toContain('telltale_records_total{stage="in",kind="a \\"quoted\\" \\n name"} 4');
  expect(lines).toContain('telltale_records_total{stage="out",kind="a \\"quoted\\" \\n name"} 2');
  expect(lines).toContain('telltale_wait_seconds_bucket{le="1"} 3');
  expect(lines).toContain('telltale_wait_seconds_bucket{le="0.1"} 0');
  expect(lines).toContain('telltale_wait_seconds_count 3');
  for (const service of ['one', 'two', 'three']) {
    expect(lines).toContain(`telltale_build_info{service="${service}",version="1"} 1`);
  }
  expect(mergeMetrics([merged])).toBe(merged);
});

test('what is no exposition is refused', () => {
  expect(() => mergeMetrics(['<html>'])).toThrow('not a metric');
});

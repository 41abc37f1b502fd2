import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tracesOfJson } from '../wire/json-traces.ts';
import { tracesOfProtobuf } from '../wire/proto-traces.ts';
import { spanTable } from './span-profiles.ts';

const samples = join(import.meta.dirname, '../../samples');

/** All that real clients sent as spans: requests of traces, by what their bytes are. */
const groups = readdirSync(samples, { recursive: true, encoding: 'utf8' }).flatMap((path) => {
  const isJson = path.endsWith('.json');
  if (!isJson && !/\.(?:bin|pb)$/.test(path)) return [];
  const body = readFileSync(join(samples, path));
  try {
    return isJson ? tracesOfJson(body) : tracesOfProtobuf(body);
  } catch {
    // A request of another signal.
    return [];
  }
});

test('every call of real spans is counted by a usage profile that its row of the table names', () => {
  const seen = new Set<string>();
  for (const { source, items } of groups) {
    for (const span of items) {
      const row = spanTable.find(({ profile }) => profile.matches(span, source));
      const kind = row?.profile.classify(span, source);
      const options = kind?.is === 'llm' ? kind.options : kind?.is === 'step' ? kind.sum : undefined;
      if (row === undefined || options === undefined) continue;
      seen.add(row.profile.name);
      expect(row.usage, row.profile.name).toContain(options.usage);
    }
  }
  expect(seen.size).toBeGreaterThan(8);
});

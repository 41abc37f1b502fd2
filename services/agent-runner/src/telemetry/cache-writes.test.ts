import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { expect, test } from 'vitest';
import { createToldOnce } from './told-once.ts';

const call = (fields: object): RecordDraft =>
  ({
    kind: 'llm_call',
    provider: 'anthropic',
    model: 'm',
    status: 'ok',
    input_tokens: 20_012,
    ...fields,
  }) as RecordDraft;
const printed = (request_id: string, long = 500) =>
  call({ origin: 'stdout', request_id, cache_write_5m_tokens: 2_000 - long, cache_write_1h_tokens: long });
const reported = (request_id: string, fields: object = {}) =>
  call({ origin: 'otlp', request_id, cache_write_5m_tokens: 2_000, attributes: { signal: 'log' }, ...fields });

/** The cache writes of what is told by telemetry, in order. */
function writesOf(tell: (told: ReturnType<typeof createToldOnce>) => void): unknown[] {
  const records: RecordDraft[] = [];
  const told = createToldOnce((record) => records.push(record));
  tell(told);
  told.finish();
  return records.flatMap((record) =>
    record.kind === 'llm_call' && record.origin === 'otlp'
      ? [[record.request_id, record.cache_write_5m_tokens, record.cache_write_1h_tokens]]
      : [],
  );
}

test('what telemetry leaves out of how long a cache is kept is taken from what was printed, whichever comes first', () => {
  expect(
    writesOf((told) => {
      told.emit(printed('q1'));
      told.reported(reported('q1'));
      told.reported(reported('q2'));
      told.emit(printed('q2'));
    }),
  ).toEqual([
    ['q1', 1_500, 500],
    ['q2', 2_000, undefined],
    ['q2', 1_500, 500],
  ]);
});

test('what telemetry tells itself stays, and so does what contradicts the print', () => {
  expect(
    writesOf((told) => {
      told.emit(printed('q1'));
      told.reported(reported('q1', { cache_write_1h_tokens: 0 }));
      told.emit(printed('q2'));
      told.reported(reported('q2', { cache_write_5m_tokens: 7 }));
      told.reported(reported('q3'));
      told.emit(printed('q3', 0));
    }),
  ).toEqual([
    ['q1', 2_000, 0],
    ['q2', 7, undefined],
    ['q3', 2_000, undefined],
  ]);
});

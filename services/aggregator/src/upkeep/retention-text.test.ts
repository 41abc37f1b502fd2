import { expect, test } from 'vitest';
import { retentionText } from './retention-text.ts';

const day = 86_400_000;

test('one duration holds for all kinds, and kinds may differ', () => {
  expect(retentionText.parse('7d')).toEqual({ rawMs: 7 * day, rawMsOf: {} });
  expect(retentionText.parse('30d, log_entry=7d,process_sample=36h')).toEqual({
    rawMs: 30 * day,
    rawMsOf: { log_entry: 7 * day, process_sample: 1.5 * day },
  });
  expect(retentionText.parse('log_entry=2d')).toEqual({ rawMs: 30 * day, rawMsOf: { log_entry: 2 * day } });
});

test.each([
  ['soon', '"soon" is not a duration of a day or more'],
  ['1h', '"1h" is not a duration of a day or more'],
  ['30d, logs=7d', '"logs" is no kind of record'],
])('%s is refused with the reason', (text, reason) => {
  expect(retentionText.safeParse(text).error?.issues[0]?.message).toContain(reason);
});

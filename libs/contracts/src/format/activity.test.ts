import { expect, test } from 'vitest';
import { readableLine } from './activity.ts';

test('a line that is an event in JSON is told as a person would read it, any other stays as it is', () => {
  expect(readableLine('{"type":"result","subtype":"success","result":"Merged","num_turns":1}')).toBe(
    'result · success · Merged',
  );
  expect(readableLine('{"level":"info","msg":"listening","port":80}')).toBe('info · listening');
  expect(readableLine('10 %\r\u001b[32mok\u001b[0m all \u001b[1;31mdone\u001b[0m\r')).toBe('ok all done');
  for (const line of ['npm test', '{not json}', '{"a":1}', '{"type":', '']) expect(readableLine(line)).toBe(line);
});

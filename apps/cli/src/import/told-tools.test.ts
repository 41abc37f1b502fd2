import type { TelltaleApi } from '@telltale/sdk/rest/telltale-api';
import { aRecord } from '@telltale/testkit/records';
import { expect, test } from 'vitest';
import { createToldTools } from './told-tools.ts';

type Page = Awaited<ReturnType<TelltaleApi['calls']>>;

test('uses that only the metering proxy told are not told yet: the transcript takes their place', async () => {
  const uses = [
    aRecord('tool_call', { tool_call_id: 'by-log' }),
    aRecord('tool_call', { tool_call_id: 'by-wire', attributes: { signal: 'wire' } }),
  ];
  const calls = async () => ({ calls: uses, next_cursor: null }) as unknown as Page;
  const isTold = createToldTools({ calls });
  expect([await isTold('s', 'by-log'), await isTold('s', 'by-wire'), await isTold('s', 'other')]).toEqual([
    true,
    false,
    false,
  ]);
});

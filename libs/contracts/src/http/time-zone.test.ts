import { expect, test } from 'vitest';
import { localTimeOf } from '../local-time.ts';
import { timeZone } from './metrics-detail.ts';

const hour = 3_600_000;
const winter = Date.UTC(2026, 0, 15);
const summer = Date.UTC(2026, 6, 15);

test.each([
  ['UTC', 0, 0],
  ['Europe/Berlin', 1, 2],
  ['EST5EDT', -5, -4],
  ['PST8PDT', -8, -7],
  ['EST', -5, -5],
  ['HST', -10, -10],
  ['CET', 1, 2],
  ['GB', 0, 1],
  ['NZ-CHAT', 13.75, 12.75],
  ['Japan', 9, 9],
  ['W-SU', 3, 3],
  ['GMT0', 0, 0],
  ['US/Pacific', -8, -7],
  ['Etc/GMT+5', -5, -5],
  ['america/argentina/buenos_aires', -3, -3],
])('%s is a time zone, %d hours ahead in January and %d in July', (zone, january, july) => {
  expect(timeZone.safeParse(zone).success).toBe(true);
  const local = localTimeOf(zone);
  expect([(local(winter) - winter) / hour, (local(summer) - summer) / hour]).toEqual([january, july]);
});

test.each([
  'IST',
  'PST',
  'JST',
  'BST',
  'AGT',
  '+05:30',
  '-5',
  'Etc/GMT+05',
  'SystemV/PST8',
  'localtime',
  'Mars/Olympus',
  '',
])('%s is refused: it means nothing, or not the same everywhere', (zone) => {
  expect(timeZone.safeParse(zone).error?.issues[0]?.message).toBe('is not an IANA time zone such as Europe/Berlin');
});

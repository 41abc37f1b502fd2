import { formatBytes } from '@telltale/contracts/format/bytes';
import { unknownText } from '@telltale/contracts/format/unknown';
import type { DeadLetterRow } from '@telltale/contracts/http/dead-letters';
import type { ClientFlags } from '../commands/client-flags.ts';
import type { Context } from '../context.ts';
import { openApiOfTeam } from '../known-team.ts';
import { formatTable } from '../table.ts';
import { lesser, numbers, words } from '../views/columns.ts';
import { formatTime } from '../views/words.ts';

const pageLength = 100;
/** The API skips no further; who has more than this has one cause, and the newest show it. */
const most = 10_000;

/** Lists dead letters, newest first, page by page. */
export async function listDeadLetters(flags: ClientFlags, context: Context): Promise<void> {
  const api = await openApiOfTeam(flags, context);
  const letters: DeadLetterRow[] = [];
  let total = 0;
  do {
    const page = await api.deadLetters({ limit: pageLength, offset: letters.length });
    letters.push(...page.dead_letters);
    total = page.total ?? letters.length;
    if (page.dead_letters.length < pageLength) break;
  } while (letters.length <= most);
  if (flags.json === true) {
    context.out(`${JSON.stringify({ dead_letters: letters, total })}\n`);
    return;
  }
  if (letters.length === 0) {
    context.say('there are no dead letters');
    return;
  }
  const headings = [
    'ID',
    'REASON',
    'KIND',
    numbers('ATTEMPTS'),
    lesser(numbers('SIZE')),
    lesser({ heading: 'SINCE' }),
    words('DETAIL'),
  ];
  const rows = letters.map((letter) => [
    letter.id,
    letter.reason,
    letter.kind ?? unknownText,
    String(letter.attempts),
    formatBytes(letter.size_bytes),
    formatTime(letter.created_at),
    letter.detail,
  ]);
  context.out(formatTable(headings, rows, context.page(flags)));
  if (letters.length < total) context.say(`these are the newest ${letters.length} of ${total}`);
}

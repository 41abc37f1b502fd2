import { formatBytes } from '@telltale/contracts/format/bytes';
import { unknownText } from '@telltale/contracts/format/unknown';
import type { ClientFlags } from '../commands/client-flags.ts';
import type { Context } from '../context.ts';
import { formatFields } from '../fields.ts';
import { openApiOfTeam } from '../known-team.ts';
import { formatTime } from '../views/words.ts';

/** Shows one dead letter and what it holds; a payload that is no text as base64. */
export async function showDeadLetter(id: string, flags: ClientFlags, context: Context): Promise<void> {
  const letter = await (await openApiOfTeam(flags, context)).deadLetter(id);
  if (flags.json === true) {
    context.out(`${JSON.stringify(letter)}\n`);
    return;
  }
  const fields = formatFields(
    [
      ['Dead letter', letter.id],
      ['Reason', letter.reason],
      ['Detail', letter.detail],
      ['Attempts', String(letter.attempts)],
      ['First failed', formatTime(letter.created_at)],
      ['Last failed', formatTime(letter.last_at)],
      ['Producer', letter.producer_id],
      ['Seq', String(letter.seq)],
      ['Kind', letter.kind ?? unknownText],
      ['Record', letter.record_id ?? unknownText],
      ['Size', formatBytes(letter.size_bytes)],
      [letter.encoding === 'utf8' ? 'Payload' : 'Payload, base64', letter.payload],
    ],
    context.page(flags),
  );
  context.out(fields);
}

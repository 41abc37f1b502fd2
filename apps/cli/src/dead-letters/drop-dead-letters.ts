import type { ClientFlags } from '../commands/client-flags.ts';
import type { Context } from '../context.ts';
import { openApiOfTeam } from '../known-team.ts';
import { eachLetter } from './each-letter.ts';

/** Gives letters up for good; the books keep their records as dead-lettered. */
export async function dropDeadLetters(ids: readonly string[], flags: ClientFlags, context: Context): Promise<void> {
  const api = await openApiOfTeam(flags, context);
  await eachLetter(ids, context, async (id) => {
    await api.dropDeadLetter(id);
    if (flags.json === true) context.out(`${JSON.stringify({ id, dropped: true })}\n`);
    else if (flags.quiet !== true) context.say(`${id} is dropped`);
  });
}

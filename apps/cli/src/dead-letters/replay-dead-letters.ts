import type { ClientFlags } from '../commands/client-flags.ts';
import type { Context } from '../context.ts';
import { openApiOfTeam } from '../known-team.ts';
import { eachLetter } from './each-letter.ts';

/** Publishes what the letters hold once more. Whether it could be stored is seen in the list: what could is gone from it. */
export async function replayDeadLetters(ids: readonly string[], flags: ClientFlags, context: Context): Promise<void> {
  const api = await openApiOfTeam(flags, context);
  await eachLetter(ids, context, async (id) => {
    const answer = await api.replayDeadLetter(id);
    if (flags.json === true) context.out(`${JSON.stringify(answer)}\n`);
    else if (flags.quiet !== true) {
      const { records, seq } = answer;
      context.say(`${id}: ${records === 1 ? '1 record is' : `${records} records are`} on the way, attempt ${seq}`);
    }
  });
}

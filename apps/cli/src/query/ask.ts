import { TelltaleError } from '@telltale/contracts/errors';
import type { TelltaleApi } from '@telltale/sdk/rest/telltale-api';
import type { ClientFlags } from '../commands/client-flags.ts';
import type { Context } from '../context.ts';
import { refuseUnknownTeam } from '../known-team.ts';
import { openApi } from '../open-api.ts';
import type { Page } from '../terminal/page.ts';

/** Turns an answer into what a person reads. `now` in ms since 1970, for ages. */
export type View<T> = (answer: T, page: Page, now: number) => string;

/** Asks the gateway one question and prints the answer: for a person, or with `--json` exactly as it came. */
export async function ask<T>(
  question: (api: TelltaleApi) => Promise<T>,
  view: View<T>,
  flags: ClientFlags,
  context: Context,
): Promise<T> {
  let asItCame: unknown;
  const onAnswer = (value: unknown) => {
    asItCame = value;
  };
  const answer = await question(openApi(flags, context, { onAnswer })).catch(async (error: unknown) => {
    // What nobody finds may be of another team than was typed.
    if (error instanceof TelltaleError && error.code === 'not_found') await refuseUnknownTeam(flags, context);
    throw error;
  });
  await refuseUnknownTeam(flags, context);
  context.out(flags.json === true ? `${JSON.stringify(asItCame)}\n` : view(answer, context.page(flags), Date.now()));
  return answer;
}

/** The same for a list: says on stderr when it is empty, and how to go on when there is more. */
export async function askList<T extends object>(
  question: (api: TelltaleApi) => Promise<T>,
  list: { rows: (answer: T) => readonly unknown[]; view: View<T>; none: string },
  flags: ClientFlags,
  context: Context,
): Promise<void> {
  const view: View<T> = (answer, ...where) => (list.rows(answer).length === 0 ? '' : list.view(answer, ...where));
  const answer = await ask(question, view, flags, context);
  if (flags.quiet === true || flags.json === true) return;
  if (list.rows(answer).length === 0) context.say(list.none);
  const more = howToGoOn(answer, list.rows(answer).length);
  if (more !== null) context.say(`there are more; the next ones: ${more}`);
}

/** Lists in the order of a sum have no cursor: they say how many there are. */
function howToGoOn(answer: object, shown: number): string | null {
  const { next_cursor: cursor, total, offset } = answer as { next_cursor?: unknown; total?: unknown; offset?: unknown };
  if (typeof cursor === 'string') return `--cursor ${cursor}`;
  if (typeof total !== 'number' || typeof offset !== 'number' || shown === 0) return null;
  return offset + shown < total ? `--offset ${offset + shown} (of ${total})` : null;
}

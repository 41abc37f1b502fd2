import { TelltaleError, type ErrorCode } from '@telltale/contracts/errors';
import type { Context } from '../context.ts';
import { CliError } from '../failure.ts';

/** Of one letter alone: the others may fare better. */
const ofOne: ReadonlySet<ErrorCode> = new Set(['not_found', 'conflict', 'invalid_request']);

/** Does something with each letter; one that it cannot be done with is named at once and fails the command at the end. */
export async function eachLetter(
  ids: readonly string[],
  context: Pick<Context, 'say'>,
  work: (id: string) => Promise<void>,
): Promise<void> {
  let failed = 0;
  for (const id of ids) {
    try {
      await work(id);
    } catch (error) {
      if (!(error instanceof TelltaleError && ofOne.has(error.code)) || ids.length === 1) throw error;
      failed += 1;
      context.say(`${id}: ${error.message}`);
    }
  }
  if (failed > 0) throw new CliError(`${failed} of ${ids.length} dead letters failed, the others are done`);
}

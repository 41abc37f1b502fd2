import { clientOf } from '../proxy/clients/client-of.ts';
import type { Emit } from './agent-lines.ts';
import { codexModel } from './codex-lines.ts';

const failure = /^ERROR: (.+)$/s;
/** An answer that broke off and is asked for again. */
const again = /^Reconnecting\.{3} \d+\/\d+/;

/**
 * Reads what `codex exec` writes on stderr where it prints no JSON: there alone it tells of a turn that failed at once, as it ends
 * without sending the last of its telemetry. It has no id, so it counts where no telemetry told of a failure. The same word
 * twice in a row is one.
 */
export function createCodexText({ argv, emit }: { argv: readonly string[]; emit: Emit }): { take(line: string): void } {
  const isText = clientOf(argv)?.name === 'codex' && !argv.some((word) => /^--(?:experimental-)?json$/.test(word));
  let last: string | undefined;
  return {
    take(line) {
      const message = isText ? failure.exec(line.trimEnd())?.[1] : undefined;
      if (message !== undefined && message !== last) {
        const isAgain = again.test(message);
        emit({
          kind: 'llm_call',
          model: codexModel(argv),
          status: 'error',
          origin: 'stdout',
          ...(isAgain ? { error_type: 'retried' } : {}),
          error_message: message,
          attributes: { scope: 'turn' },
        });
      }
      last = message;
    },
  };
}

import { clientOf } from '../proxy/clients/client-of.ts';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import type { Emit } from './agent-lines.ts';
import { codexModel } from './codex-lines.ts';

const failure = /^ERROR: (.+)$/s;
/** An answer that broke off and is asked for again. */
const again = /^Reconnecting\.{3} \d+\/\d+/;
/** What Codex begins to say next, behind the output of a command or what it was asked, which may hold such a line too. */
const goesOn = /^(?:user|codex|thinking|exec|apply patch|file update|mcp: |tool )/;

/**
 * Reads what `codex exec` writes on stderr where it prints no JSON: there alone it tells of a turn that failed at once, as it ends
 * without sending the last of its telemetry. It has no id, so it counts where no telemetry told of a failure. The same word
 * twice in a row is one. A turn that fails ends the program: what it goes on after was not Codex's own word.
 */
export function createCodexText({ argv, emit }: { argv: readonly string[]; emit: Emit }): {
  take(line: string): void;
  end(): void;
} {
  const isText = clientOf(argv)?.name === 'codex' && !argv.some((word) => /^--(?:experimental-)?json$/.test(word));
  let last: string | undefined;
  let failed: RecordDraft | undefined;
  return {
    take(line) {
      const message = isText ? failure.exec(line.trimEnd())?.[1] : undefined;
      if (message !== undefined && message !== last) {
        const isAgain = again.test(message);
        const draft: RecordDraft = {
          kind: 'llm_call',
          model: codexModel(argv),
          status: 'error',
          origin: 'stdout',
          ...(isAgain ? { error_type: 'retried' } : {}),
          error_message: message,
          attributes: { scope: 'turn' },
        };
        if (isAgain) emit(draft);
        else failed = draft;
      } else if (isText && goesOn.test(line)) failed = undefined;
      last = message;
    },
    end() {
      if (failed !== undefined) emit(failed);
      failed = undefined;
    },
  };
}

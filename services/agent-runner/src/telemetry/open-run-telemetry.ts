import type { Draft } from '@telltale/otlp/read/draft';
import type { Redactor } from '@telltale/sdk/capture/redactor';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import type { Clock } from '@telltale/runtime/clock';
import type { Emit } from '../agent-lines/agent-lines.ts';
import type { Environment } from '../run/child-environment.ts';
import { fileIn } from '../run/private-folder.ts';
import type { RunIdentity } from '../run/run-records.ts';
import { claudeTotals, claudeTranscript } from '../transcripts/claude-totals.ts';
import { createBrokenAnswers } from './broken-answers.ts';
import { createCodexThreads } from './codex-threads.ts';
import { startOtlpReceiver } from './otlp-receiver.ts';
import { settingsOfClaude } from './claude-settings.ts';
import { planTelemetry } from './plan-telemetry.ts';
import { shellText } from './shell-text.ts';
import { createRolloutTelling } from '../transcripts/rollout-telling.ts';
import { tellAround } from './tell-around.ts';
import { createToldOnce } from './told-once.ts';
import { createToldWithin, markOf } from './told-within.ts';

/** Where a run takes telemetry, for a run within it: what that one tells must not count in both. */
const receiverVariable = 'TELLTALE_RUN_OTLP';

export type RunTelemetry = {
  argv: readonly string[];
  /** What the program's environment gets. */
  variables: Readonly<Record<string, string>>;
  /** Passes on what the program printed, without what its telemetry tells. */
  emit: Emit;
  /** Whose processes are the run's, once they are there. */
  know(pids: () => readonly number[]): void;
  /** Takes what is still on its way and closes; after the program ended. */
  finish(): Promise<void>;
};

/** A record of the run: what it is about is known here better than to the program, but for its session and which of its agents. */
function ofRun(
  { run_id: _run, task_id: _task, host: _host, parent_agent_id: _parent, ...draft }: Draft,
  identity: RunIdentity,
): RecordDraft {
  const session = identity.session_id === undefined ? {} : { session_id: identity.session_id };
  return { ...draft, ...session };
}

/**
 * The telemetry of one run's program. Where no port can be had it is left alone, and what Codex writes down is read all the same; a
 * program that nobody is to know anything of is left alone altogether.
 */
export async function openRunTelemetry({
  wanted,
  argv,
  asGiven,
  cwd,
  env,
  telltaleUrl,
  folder,
  identity,
  redactor,
  isMetered = false,
  emit,
  clock,
}: {
  wanted: boolean;
  argv: readonly string[];
  /** The command as the person gave it, without what the run has added. */
  asGiven?: readonly string[];
  cwd: string;
  env: Environment;
  /** The gateway's own address. */
  telltaleUrl: string | undefined;
  /** Of the run's own, for settings that are laid over a client's and programs that stand before the person's; null: nowhere. */
  folder: string | null;
  identity: RunIdentity;
  redactor: Redactor;
  /** The metering proxy sees the calls, and what was used of those that broke off. */
  isMetered?: boolean;
  emit: Emit;
  clock: Clock;
}): Promise<RunTelemetry> {
  if (!wanted) return { argv, variables: {}, emit, know: () => undefined, finish: async () => undefined };
  const settings = settingsOfClaude(argv, { cwd, env, file: fileIn(folder, 'client-telemetry.json') });
  const programs = fileIn(folder, 'programs');
  const plan = planTelemetry({ argv, cwd, env: settings?.seen ?? env, telltaleUrl, programs, asGiven });
  const printsCalls = [...argv, shellText(argv, cwd)].some((word) => word.includes('stream-json'));
  const since = clock.now();
  const broken = createBrokenAnswers({
    async totalsOf(session) {
      const path = isMetered ? null : claudeTranscript(session, env);
      return path === null ? null : claudeTotals(path, since);
    },
  });
  const pass: Emit = (record) => {
    broken.passed(record);
    emit(record);
  };
  const told = createToldOnce(pass, { printsCalls });
  const threads = createCodexThreads();
  const around = await tellAround(env[receiverVariable]);
  const printed = createToldWithin((record) => {
    const mark = markOf(record);
    if (mark !== null) around.tells(mark);
    told.emit(record);
  });
  const rollouts = createRolloutTelling({ argv, cwd, env, identity, redactor, clock });
  const receiver = await startOtlpReceiver({
    forward: plan.forward(),
    around: env[receiverVariable],
    withholds: plan.withholds,
    onWithin() {
      const { tells, ended } = printed.begins();
      return {
        // The runs around this one read the same output.
        tells(mark) {
          around.tells(mark);
          tells(mark);
        },
        ended,
      };
    },
    onDraft(draft) {
      const own = threads(draft);
      broken.reported(own);
      rollouts.heard(own);
      told.reported(ofRun(own, identity));
    },
    onAttempt({ is, id, call: draft }) {
      if (draft.kind === 'llm_call') broken.asked(draft);
      const call = ofRun(draft, identity);
      if (call.kind === 'llm_call') told.attempt({ is, id, call, session: draft.session_id });
    },
    redact: (text) => redactor.redact(text).text,
    clock,
  }).catch(() => null);
  const { argv: withWords, variables } = receiver === null ? { argv, variables: {} } : plan.lead(receiver.endpoint);
  return {
    argv: settings?.lay(withWords, variables) ?? withWords,
    variables: receiver === null ? variables : { ...variables, [receiverVariable]: receiver.endpoint },
    emit: printed.emit,
    know: rollouts.know,
    async finish() {
      await receiver?.[Symbol.asyncDispose]();
      printed.finish();
      await around.ended();
      await rollouts.tell((record) => told.reported(record));
      told.finish();
      for (const record of await broken.rest()) emit(record);
    },
  };
}

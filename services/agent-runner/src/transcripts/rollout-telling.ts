import type { Draft } from '@telltale/otlp/read/draft';
import type { Clock } from '@telltale/runtime/clock';
import type { Redactor } from '@telltale/sdk/capture/redactor';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import { clientOf } from '../proxy/clients/client-of.ts';
import { codexHome } from '../proxy/clients/codex-home.ts';
import type { Environment } from '../run/child-environment.ts';
import type { RunIdentity } from '../run/run-records.ts';
import { createSessionClaims } from './session-claims.ts';
import { tellRollouts } from './tell-rollouts.ts';
import { watchRollouts, type RolloutWatch } from './watch-rollouts.ts';

/** What Codex wrote down during a run that it did not report to, once: telemetry goes before it, and one run tells each conversation. */
export function createRolloutTelling({
  argv,
  cwd,
  env,
  identity,
  redactor,
  clock,
}: {
  argv: readonly string[];
  cwd: string;
  env: Environment;
  identity: RunIdentity;
  redactor: Redactor;
  clock: Clock;
}) {
  const client = clientOf(argv)?.name;
  const mayStart = client === undefined || client === 'codex';
  const since = clock.now();
  const claims = createSessionClaims({ runId: identity.run_id, now: () => clock.now() });
  const heard = new Set<string>();
  let anyCall = false;
  let watch: RolloutWatch | null = null;

  return {
    /** Whose processes are the run's. */
    know(pids: () => readonly number[]): void {
      if (mayStart) watch = watchRollouts({ home: codexHome(env, cwd), pids, now: () => clock.now() });
    },
    /** Whose conversations its telemetry tells. */
    heard({ kind, session_id: session }: Draft): void {
      if (kind !== 'llm_call') return;
      anyCall = true;
      if (session === undefined || heard.has(session)) return;
      heard.add(session);
      if (mayStart) claims.take(session);
    },
    /** At the end of the run. */
    async tell(emit: (record: RecordDraft) => void): Promise<void> {
      // Under a session of the run's own nobody knows which conversation a call of telemetry was of.
      const own = identity.session_id;
      const paths = watch?.own() ?? [];
      watch?.[Symbol.dispose]();
      if (own === undefined || !anyCall)
        await tellRollouts({
          paths,
          since,
          isTold: (session) => heard.has(session),
          claims,
          redact: (text) => redactor.redact(text).text,
          emit: (record) => emit(own === undefined ? record : { ...record, session_id: own }),
          // What cannot be read is not told: the run has ended as it has.
        }).catch(() => undefined);
      claims.release();
    },
  };
}

import { basename } from 'node:path';
import { createGatewayBudgetPort } from '@telltale/agent-runner/budgets/gateway-budget-port';
import { followCommands } from '@telltale/agent-runner/control/follow-commands';
import type { RunControl } from '@telltale/agent-runner/run/run-control';
import { runWatched } from '@telltale/agent-runner/run/run-watched';
import { ptyStreams, standardStreams } from '@telltale/agent-runner/run/streams';
import { limits as limitsOfRecords } from '@telltale/contracts/limits';
import { systemClock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { openRecorder } from '@telltale/sdk/open-recorder';
import { createRestClient } from '@telltale/sdk/rest/rest-client';
import { createTelltaleApi } from '@telltale/sdk/rest/telltale-api';
import { teamOfKey } from '@telltale/sdk/spool/team-of-key';
import { createHttpTransport } from '@telltale/sdk/transport/http-transport';
import type { Context } from '../context.ts';
import { CliError } from '../failure.ts';
import { findTarget, type Target } from '../instance/find-instance.ts';
import { spoolFolder, termsFolder } from '../state-folder.ts';
import { awaitTotals } from './await-totals.ts';
import { describeTotals } from './describe-totals.ts';
import { inexactArgument } from './exact-arguments.ts';
import { guardRun } from './guard/guard-run.ts';
import { createSeenRecords } from './seen-records.ts';
import { readLimitFlags } from './limit-flags.ts';
import { readRunSettings, type RunFlags } from './settings.ts';
import { watchOrphans } from './watch-orphans.ts';
import { openTask, untilStopped } from './task.ts';
import { withinRun } from './within-run.ts';

/** How long the end of a run waits to be told what it came to: well under a second where a core is free; Ctrl-C ends it. */
const totalsMs = 4000;

/** How long the end of a run waits for a gateway that answers; what is left then waits in the spool. */
const lastSendMs = 5000;

/**
 * Runs and watches a command and resolves to its exit code. Nothing of ours is printed while it runs, and a gateway
 * that does not answer changes nothing for it. At the end one line on stderr says what it came to.
 */
export async function run(command: readonly string[], flags: RunFlags, context: Context): Promise<number> {
  const { env } = context;
  const settings = readRunSettings(flags, env);
  const { limits, graceMs } = readLimitFlags(flags);
  const target = requireTarget(flags, env);
  const inexact = inexactArgument(command);
  if (inexact !== null)
    throw new CliError(
      `Nothing was started: argument ${inexact} of the command (${command[inexact] ?? ''}) is not UTF-8 and would reach it changed; ` +
        'run it through a script that holds it, or give the file another name.',
      { exitCode: 125 },
    );
  const clock = systemClock;
  // A log line of ours among the command's own output would not be the same output any more.
  const log = createLog({ service: 'run', level: 'silent' });
  const newId = createUuidV7();
  const identity = {
    agent_id: flags.agent?.[0] ?? (basename(command[0] ?? '') || 'agent').slice(0, limitsOfRecords.idLength),
    run_id: newId(),
    ...(flags.session !== undefined && { session_id: flags.session }),
    ...(flags.task !== undefined && { task_id: flags.task }),
  };
  const spoolRoot = spoolFolder(env);
  const spoolTeam = settings.team ?? ownTeam(target);
  const seen = createSeenRecords();
  const recorder = await openRecorder({
    transport: createHttpTransport({
      url: target.url,
      key: target.apiKey,
      ...(settings.team && { team: settings.team }),
    }),
    url: target.url,
    team: spoolTeam,
    spoolRoot,
    identity,
    newId,
    clock,
    log,
  });
  const running = new Map<string, RunControl>();
  const { producerId } = recorder;
  const guard = guardRun({ identity, spoolTeam, producerId, flags, team: settings.team, env });
  const link = followCommands({ url: target.url, key: target.apiKey, team: settings.team, runs: running, clock, log });
  /** Its loops would keep this process alive; what it has got is sent or waits in the spool. */
  const giveUp = async (message: string, cause: unknown): Promise<never> => {
    await link[Symbol.asyncDispose]();
    await recorder.close({ timeoutMs: lastSendMs });
    throw new CliError(message, { exitCode: 125, cause });
  };
  const stop = (actor: string): void => void running.get(identity.run_id)?.stop(actor);
  await using task = await openTask({ target, settings, identity, env, sink: recorder, stop, log }).catch(
    (cause: unknown) => giveUp(`Nothing was started: ${messageOf(cause)}.`, cause),
  );
  // Taken before anything is started, and given back whatever happens.
  using screen = flags.pty === true ? ptyStreams(clock) : null;
  const streams = screen ?? standardStreams(clock);
  const [, ...agentIds] = flags.agent ?? [];
  const result = await runWatched({
    ...(task?.attempt === undefined ? {} : { attempt: task.attempt }),
    sendsTaskStatus: task?.sendsTaskStatus ?? true,
    agentIds,
    onRunning(control, pid) {
      running.set(identity.run_id, control);
      link.changed();
      guard.watch(pid, { ownSession: screen !== null || !streams.terminal, task });
    },
    argv: command,
    env: withinRun(flags, env),
    identity,
    streams: task?.logged(streams) ?? streams,
    emit(record) {
      seen.add(record);
      recorder.record(record);
    },
    room: () => recorder.room(),
    clock,
    log,
    sampleIntervalMs: settings.sampleIntervalMs,
    capture: settings.capture,
    proxy: settings.proxy,
    plain: flags.plain === true,
    telltaleUrl: target.url,
    limits: task?.limited(limits) ?? limits,
    terms: {
      port: createGatewayBudgetPort({ url: target.url, key: target.apiKey, team: settings.team }),
      producerId,
      folder: termsFolder(env, target.url, spoolTeam),
    },
    ...(graceMs === undefined ? {} : { graceMs }),
    keepOrphans: flags.keepOrphans === true,
    say: (line) => (flags.quiet === true ? undefined : context.say(line)),
    foreground: true,
  }).catch((cause: unknown) => giveUp(`The command could not be watched (${messageOf(cause)}).`, cause));
  guard.over();
  await link[Symbol.asyncDispose]();
  const unkept = task === null ? [] : await untilStopped((signal) => task.keep(result, signal));
  const { unsent, last_failure: failure } = await recorder.close({ timeoutMs: lastSendMs });
  const { agent_id: agent, run_id: runId } = identity;
  await watchOrphans({ pids: result.orphans, agent, runId, team: settings.team }, context);
  if (result.startError !== null) context.say(result.startError);
  if (result.outputError !== null) context.say(result.outputError);
  if (result.exitCode === 124) context.say(`the command was ended by a limit (${result.endReason})`);
  if (flags.quiet === true) return result.exitCode;
  for (const warning of result.warnings) context.say(warning);
  if (unkept.length > 0) context.say(`of the task could not be kept: ${unkept.join('; ')}`);
  if (unsent > 0) {
    const why = failure?.detail ?? 'no answer in time';
    const rest = recorder.isKept
      ? `they wait in ${spoolRoot} and go with the next run`
      : `they are lost, as ${spoolRoot} cannot be written`;
    context.say(`${target.url} did not take ${unsent} records (${why}); ${rest}`);
  } else if (result.startError === null) {
    const { url, apiKey: key } = target;
    const team = settings.team ? { team: settings.team } : {};
    const apiUntil = (signal: AbortSignal) => createTelltaleApi(createRestClient({ url, key, ...team, signal }));
    const totals = await awaitTotals({ apiUntil, runId, seen, clock, timeoutMs: totalsMs });
    context.say(describeTotals(totals, { runId, tookMs: result.durationMs, seen }));
  }
  return result.exitCode;
}

function requireTarget(flags: RunFlags, env: Context['env']): Target {
  try {
    return findTarget(flags, env, { evenStopped: true });
  } catch (error) {
    // The command has not been started, and its own exit codes must not be mistaken for this.
    if (error instanceof CliError) throw new CliError(error.message, { exitCode: 125, cause: error });
    throw error;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const ownTeam = ({ isOperator, apiKey }: Target): string => (isOperator ? 'default' : teamOfKey(apiKey));

import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import type { Environment } from '../run/child-environment.ts';
import type { RunWatchedOptions } from '../run/run-options.ts';
import type { RunResult } from '../run/run-result.ts';
import { runWatched } from '../run/run-watched.ts';
import type { Sampler } from '../tree/sampler.ts';
import { startLlmServer } from './llm-server.ts';
import { crewScript } from './script.ts';

type Member = { role: string; model: string; mode: 'stream' | 'whole'; inputs: Record<string, unknown> };

const members: readonly Member[] = [
  {
    role: 'planner',
    model: 'claude-sonnet-4-5',
    mode: 'stream',
    inputs: { goal: 'Plan a greeter', repository: 'greeter', language: 'JavaScript' },
  },
  {
    role: 'coder',
    model: 'claude-sonnet-4-5',
    mode: 'stream',
    inputs: { goal: 'Write the greeter and its check', branch: 'greeter' },
  },
  {
    role: 'reviewer',
    model: 'claude-haiku-4-5',
    mode: 'whole',
    inputs: { goal: 'Review and merge the greeter', branch: 'greeter' },
  },
];

const mostAttempts = 2;
const crewId = 'sample-crew';

export type SampleCrewDeps = {
  emit: (record: RecordDraft) => void;
  room: () => Promise<void>;
  /** Where programs are found; nothing else of it reaches the crew. */
  env: Environment;
  sampler: Sampler;
  /** Where it hears what its team holds it to. */
  terms?: NonNullable<RunWatchedOptions['terms']>;
  newId: () => string;
  clock: Clock;
  log: Log;
  /** Stops the crew. */
  signal: AbortSignal;
};

/** What the crew's processes get: no setting and no secret of whoever started the product. */
function crewEnvironment(env: Environment, home: string, llmUrl: string, apiKey: string): Environment {
  const kept = Object.fromEntries(['PATH', 'LANG', 'TZ'].map((name) => [name, env[name]]));
  const person = { NAME: 'Sample Crew', EMAIL: 'crew@telltale.invalid' };
  return {
    ...kept,
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: person.NAME,
    GIT_AUTHOR_EMAIL: person.EMAIL,
    GIT_COMMITTER_NAME: person.NAME,
    GIT_COMMITTER_EMAIL: person.EMAIL,
    ANTHROPIC_BASE_URL: llmUrl,
    ANTHROPIC_API_KEY: apiKey,
  };
}

/**
 * Runs the bundled crew: three agents, each a real process that is watched like any other, in a temporary repository,
 * with a scripted model. Every agent has a task; the coder's first run fails and is tried again. Takes some seconds.
 */
export async function runSampleCrew(deps: SampleCrewDeps): Promise<void> {
  const { emit, newId, clock, log, signal } = deps;
  const folder = await mkdtemp(join(tmpdir(), 'telltale-crew-'));
  await using llm = await startLlmServer({ script: crewScript, clock });
  const workspace = join(folder, 'greeter');
  // The agents' shell finds this very Node under its name.
  const path = `${join(process.execPath, '..')}:${deps.env['PATH'] ?? '/usr/bin:/bin'}`;
  const apiKey = `sample-key-of-${newId()}`;
  const env = crewEnvironment({ ...deps.env, PATH: path }, folder, llm.url, apiKey);
  const session = newId();
  const tasks = new Map(members.map(({ role }) => [role, newId()]));

  const runMember = ({ role, model, mode }: Member, attempt: number): Promise<RunResult> => {
    const task = tasks.get(role);
    return runWatched({
      argv: [process.execPath, fileURLToPath(new URL('agent/main.ts', import.meta.url)), role, model, mode],
      cwd: workspace,
      env,
      identity: {
        agent_id: role,
        run_id: newId(),
        session_id: session,
        crew_id: crewId,
        ...(task === undefined ? {} : { task_id: task }),
      },
      attempt,
      streams: { stdin: 'ignore', stdout: null, stderr: null, terminal: false },
      emit,
      room: deps.room,
      // It prints its calls, as coding agents do.
      proxy: 'off',
      clock,
      log,
      sampler: deps.sampler,
      ...(deps.terms === undefined ? {} : { terms: deps.terms }),
      signal,
    });
  };

  try {
    execFileSync('git', ['init', '-q', '-b', 'main', workspace], { env: env });
    for (const { role, inputs } of members) {
      const identity = { agent_id: role, session_id: session, crew_id: crewId };
      const task = { task_id: tasks.get(role) ?? role, event_type: 'status', status: 'PENDING', attempt: 1 } as const;
      emit({ kind: 'task_event', at: new Date(clock.now()).toISOString(), ...identity, ...task, inputs });
    }
    for (const member of members) {
      for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
        const { endReason } = await runMember(member, attempt);
        signal.throwIfAborted();
        if (endReason === 'completed') break;
        log.info({ role: member.role, attempt, reason: endReason }, 'an agent of the sample crew failed');
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

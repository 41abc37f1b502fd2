import type { TaskLease } from '@telltale/contracts/http/task-leases';
import { narrowerLimits } from '@telltale/contracts/narrower-limits';
import { renderCommand } from '../crews/command-template.ts';
import { announcementOf, type CrewProfile } from '../crews/crew-profile.ts';
import type { RunSpec } from '../keeper/protocol.ts';
import type { Environment } from '../run/child-environment.ts';
import { runLimitsOf } from './limits-of-task.ts';
import { taskEnvironment } from './task-environment.ts';
import type { TaskFolder } from './task-folder.ts';

/** What the keeper is asked to run for a lease. Throws TemplateError when an input cannot become an argument. */
export function runSpecOf(options: {
  lease: TaskLease;
  profile: CrewProfile;
  folder: TaskFolder;
  cwd: string;
  env: Environment;
}): RunSpec {
  const { lease, profile, folder, cwd, env } = options;
  const others = profile.agents.filter((agent) => agent !== lease.agent_id);
  return {
    run_id: lease.run_id,
    team_id: lease.team_id,
    argv: renderCommand(profile.argv, lease.inputs, folder.inputsFile),
    cwd,
    env: taskEnvironment(profile, env),
    identity: {
      agent_id: lease.agent_id,
      task_id: lease.task_id,
      crew_id: lease.crew_id,
      ...(lease.session_id === null ? {} : { session_id: lease.session_id }),
    },
    ...(others.length === 0 ? {} : { agent_ids: others.slice(0, 50) }),
    attempt: lease.attempt,
    limits: runLimitsOf(narrowerLimits(announcementOf(lease.crew_id, profile).limits, lease.limits)),
    ...(profile.grace === undefined ? {} : { grace_ms: profile.grace }),
    capture: profile.capture,
    proxy: profile.proxy,
    plain: profile.adapter === 'plain',
    orchestrator: profile.adapter === 'orchestrator',
    // What a task's status is says the desk, once; a run that is over may be followed by another attempt.
    sends_task_status: false,
    stdout_file: folder.stdoutFile,
    stderr_file: folder.stderrFile,
  };
}

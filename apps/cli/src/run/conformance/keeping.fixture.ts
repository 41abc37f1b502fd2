import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { endLeftBehind } from '@telltale/agent-runner/keeper/end-left-behind';
import { startBeating } from '@telltale/agent-runner/link/start-beating';
import { readAttachTarget } from '@telltale/agent-runner/run/attach-target';
import type { RunControl } from '@telltale/agent-runner/run/run-control';
import { watchAttached } from '@telltale/agent-runner/run/watch-attached';
import { quietLog } from '@telltale/agent-runner/test-support/watch-command';
import { createSampler } from '@telltale/agent-runner/tree/create-sampler';
import { systemClock } from '@telltale/runtime/clock';
import { createRestClient } from '@telltale/sdk/rest/rest-client';
import { createTelltaleApi } from '@telltale/sdk/rest/telltale-api';
import { processOf } from '@telltale/sdk/spool/process-identity';
import { until } from '@telltale/testkit/until';
import { expect } from 'vitest';
import { patience, story, type Feature, type Runner } from './runner-rig.fixture.ts';

/** A process that somebody else started, and how it is watched. */
async function attachTo(runner: Runner, enforce: boolean) {
  const sampler = createSampler({ clock: systemClock, log: quietLog, sampleIntervalMs: 250 });
  const foreign = spawn('sleep', ['600'], { stdio: 'ignore' });
  await once(foreign, 'spawn');
  const target = readAttachTarget(foreign.pid ?? 0);
  if ('refused' in target) throw new Error(target.refused);
  const runId = runner.newId();
  const detach = new AbortController();
  let control: RunControl | undefined;
  const ended = watchAttached({
    target,
    identity: { agent_id: 'stranger', run_id: runId },
    limits: {},
    enforce,
    sampler,
    emit: (record) => void runner.recorder.record(record),
    onRunning: (given) => (control = given),
    detached: detach.signal,
    clock: systemClock,
    log: quietLog,
  });
  await until(async () => (await runner.arrived(runId)).some(({ kind }) => kind === 'process_sample'), patience);
  return {
    runId,
    foreign,
    ended,
    detach,
    control: () => control,
    async [Symbol.asyncDispose]() {
      foreign.kill('SIGKILL');
      await ended;
      await sampler[Symbol.asyncDispose]();
    },
  };
}

/** What a runner does with what it did not start, and for what comes after it. */
export const keepingFeatures: Record<string, Feature> = {
  async 'watches a process that somebody else started'(runner) {
    await using watched = await attachTo(runner, false);
    expect(watched.control()?.stop('user:ada')).toMatch(/only watched/);
    watched.foreign.kill();
    expect(await watched.ended).toMatchObject({ endReason: 'unknown', detached: false });
    expect(story(await runner.untilEnded(watched.runId))).toEqual(['attached', 'ended unknown']);
  },

  async 'lets go of it'(runner) {
    await using watched = await attachTo(runner, false);
    watched.detach.abort();
    expect(await watched.ended).toMatchObject({ endReason: 'unknown', detached: true });
    const [end] = (await runner.untilEnded(watched.runId)).slice(-1);
    expect(end?.attributes).toMatchObject({ detached: true, exit_code: 'unknown' });
    expect(watched.foreign.exitCode).toBeNull();
  },

  async 'stops it where that was granted'(runner) {
    await using watched = await attachTo(runner, true);
    expect(watched.control()?.stop('user:ada')).toBe('stopping');
    expect(await watched.ended).toMatchObject({ endReason: 'cancelled', survivors: 0 });
    expect(story(await runner.untilEnded(watched.runId))).toEqual([
      'attached',
      'step term cancelled',
      'ended cancelled',
    ]);
  },

  async 'ends what one before it left, and tells that it is lost'(runner) {
    await using sampler = createSampler({ clock: systemClock, log: quietLog, sampleIntervalMs: 250 });
    const runId = runner.newId();
    const left = spawn('sleep', ['600'], { stdio: 'ignore', detached: true, env: { TELLTALE_RUN_ID: runId } });
    await once(left, 'spawn');
    const gone = once(left, 'exit');
    const note = {
      run_id: runId,
      team_id: runner.team,
      identity: { agent_id: 'builder' },
      ...processOf(left.pid ?? 0),
      started_at: new Date().toISOString(),
      keep_orphans: false,
      own_session: true,
      attached: null,
    };
    const hurry = new AbortController().signal;
    const deps = { sampler, recorder: runner.recorder, hurry, clock: systemClock, log: quietLog };
    expect(await endLeftBehind({ note, ...deps })).toMatchObject({ end_reason: 'lost', survivors: 0 });
    await gone;
    expect(story(await runner.untilEnded(runId))).toEqual(['step term lost', 'ended lost']);
  },

  async 'says that it lives, how many runs it has and whether it takes any'(runner) {
    const { url, key, newId } = runner;
    const hello = { protocol: 1, version: '1', pid: process.pid, url, running: 3, draining: true };
    const runnerId = newId();
    const said = { runnerId, url, key, host: 'here', version: '1', clock: systemClock, log: quietLog };
    await using _beating = startBeating({ keeper: { hello: async () => hello }, alive: (ask) => ask(), ...said });
    const api = createTelltaleApi(createRestClient({ url, key }));
    await until(async () => {
      const { runners } = await api.runners({ limit: 10 });
      return runners.some(
        (one) => one.runner_id === runnerId && one.running === 3 && one.state === 'draining' && one.host === 'here',
      );
    }, patience);
  },
};

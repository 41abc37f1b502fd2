import { followCommands } from '@telltale/agent-runner/control/follow-commands';
import { bash, node, plainEnvironment, quietLog } from '@telltale/agent-runner/test-support/watch-command';
import { storeOnly } from '@telltale/gateway/test-support/seed';
import { systemClock } from '@telltale/runtime/clock';
import { createRestClient } from '@telltale/sdk/rest/rest-client';
import { createTelltaleApi } from '@telltale/sdk/rest/telltale-api';
import { aRecord } from '@telltale/testkit/records';
import { until } from '@telltale/testkit/until';
import { expect } from 'vitest';
import { askSource, provide } from './provider.fixture.ts';
import { patience, story, type Feature } from './runner-rig.fixture.ts';

const apiOf = ({ url, key }: { url: string; key: string }) => createTelltaleApi(createRestClient({ url, key }));

/** What a run is held to, and what is asked of it. */
export const holdingFeatures: Record<string, Feature> = {
  async 'holds a run to its limits, by the ladder'(runner) {
    const deaf = bash('trap "" TERM; while :; do printf %1000s; sleep 0.02; done');
    const { runId, ended } = runner.run(deaf, { limits: { output: 50_000 } });
    expect(await ended).toMatchObject({ endReason: 'output', exitCode: 124, survivors: 0 });
    // On a busy machine more than the rest may come at once: then nobody was near it.
    const told = story(await runner.untilEnded(runId)).filter((word) => word !== 'limit output warn');
    expect(told).toEqual([
      'started',
      'limit output output',
      'step output term output',
      'step output kill output',
      'ended output',
    ]);
  },

  async 'holds a run to limits of time and of processes'(runner) {
    const slow = runner.run(['sleep', '600'], { limits: { timeout: 300 } });
    const many = runner.run(bash('for i in 1 2 3 4 5 6 7 8 9; do sleep 600 & done; wait'), {
      limits: { processes: 4 },
    });
    expect(await slow.ended).toMatchObject({ endReason: 'timeout', exitCode: 124, survivors: 0 });
    expect(await many.ended).toMatchObject({ endReason: 'processes', exitCode: 124, survivors: 0 });
    expect(story(await runner.untilEnded(slow.runId))).toContain('limit timeout timeout');
    expect(story(await runner.untilEnded(many.runId))).toContain('limit processes processes');
  },

  async 'holds the calls of a run to its tokens, and ends it'(runner) {
    await using provider = await provide();
    const script = `${askSource}
      const staying = setInterval(() => {}, 1_000);
      process.on('SIGTERM', () => clearInterval(staying));
      (async () => {
        while ((await ask()).status === 200);
      })();`;
    const env = { ...plainEnvironment, ANTHROPIC_BASE_URL: provider.url };
    const { runId, ended } = runner.run(node(script), { env, limits: { tokens: 400 } });
    expect(await ended).toMatchObject({ endReason: 'tokens', exitCode: 124, survivors: 0 });
    const records = await runner.untilEnded(runId);
    expect(story(records)).toEqual(expect.arrayContaining(['limit tokens tokens', 'ended tokens']));
    const met = records.filter((one) => one.kind === 'llm_call' && one.status === 'ok').length;
    expect(met * 70).toBeLessThanOrEqual(400);
  },

  async 'lets an agent hand back in one last call before it is ended for its tokens'(runner) {
    await using provider = await provide();
    const script = `
      const ask = async (word) => {
        const body = JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 50, messages: [] });
        const headers = { 'telltale-hand-back': word };
        const answer = await fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', { method: 'POST', headers, body });
        await answer.text();
        return { status: answer.status, word: answer.headers.get('telltale-hand-back') };
      };
      (async () => {
        let word = null;
        while (word === null) ({ word } = await ask('yes'));
        console.log((await ask(word)).status + ' ' + (await ask(word)).status);
      })();`;
    const env = { ...plainEnvironment, ANTHROPIC_BASE_URL: provider.url };
    // It ends by itself, however slow the machine is.
    const unhurried = { graceMs: 30_000, handBackMs: 30_000 };
    const { runId, ended } = runner.run(node(script), { env, limits: { tokens: 700 }, ...unhurried });
    expect(await ended).toMatchObject({ endReason: 'tokens', exitCode: 124, survivors: 0 });
    const records = await runner.untilEnded(runId, (all) => all.some(({ kind }) => kind === 'log_entry'));
    expect(story(records)).toEqual(
      expect.arrayContaining(['step tokens hand_back tokens', 'step tokens handed_back tokens', 'ended tokens']),
    );
    expect(records.flatMap((one) => (one.kind === 'log_entry' ? [one.message] : []))).toEqual(['200 402']);
  },

  async 'holds its calls to the budgets of who makes them, and refuses them in the words of the provider'(runner) {
    await using provider = await provide();
    const api = apiOf(runner);
    await api.setBudget({ subject: 'agent', subject_id: 'tester', period: 'total', limit_tokens: 400 });
    const script = `${askSource}
      (async () => {
        for (;;) {
          const { status, retry, text } = await ask('tester');
          if (status === 200) continue;
          console.log([status, retry, JSON.parse(text).error.type].join(' '));
          break;
        }
        console.log('the other: ' + (await ask()).status);
      })();`;
    const env = { ...plainEnvironment, ANTHROPIC_BASE_URL: provider.url };
    const { runId, ended } = runner.run(node(script), { env, agentIds: ['tester'] });
    expect(await ended).toMatchObject({ exitCode: 0, endReason: 'completed' });
    const records = await runner.untilEnded(
      runId,
      (all) => all.filter(({ kind }) => kind === 'log_entry').length === 2,
    );
    expect(story(records)).toEqual(
      expect.arrayContaining(['limit budget warn', 'limit budget budget', 'ended completed']),
    );
    const lines = records.flatMap((one) => (one.kind === 'log_entry' ? [one.message] : []));
    expect(lines).toEqual(['402 false budget_exceeded', 'the other: 200']);
    const calls = records.filter((record) => record.kind === 'llm_call');
    expect(calls.at(-1)).toMatchObject({ agent_id: 'builder', status: 'ok' });
    expect(calls.slice(0, -1).every(({ agent_id }) => agent_id === 'tester')).toBe(true);
    const spent = async () => (await api.budgetStatus({ agent_id: 'tester' })).accounts[0]?.spent;
    const used = calls.filter(({ agent_id, status }) => agent_id === 'tester' && status === 'ok').length * 70;
    await until(async () => (await spent()) === used, patience);
    expect(used).toBeLessThanOrEqual(400);
  },

  async 'pauses, resumes and stops what it is asked to, and says who asked'(runner) {
    const { url, key, running, team } = runner;
    const { runId, ended } = runner.run(['sleep', '600']);
    await using _link = followCommands({ url, key, team: undefined, runs: running, clock: systemClock, log: quietLog });
    const started = { run_id: runId, agent_id: 'builder', event: 'started' } as const;
    await storeOnly(runner.databaseUrl, team, [aRecord('run_event', { ...started, at: new Date().toISOString() })]);
    await until(() => running.has(runId), patience);
    for (const [action, word] of [
      ['pause', 'paused'],
      ['resume', 'resumed'],
      ['stop', 'ended cancelled'],
    ] as const) {
      await apiOf(runner).commandRun(runId, action);
      await until(async () => story(await runner.arrived(runId)).includes(word), patience);
    }
    expect(await ended).toMatchObject({ endReason: 'cancelled', survivors: 0 });
    const records = await runner.arrived(runId);
    expect(records.flatMap((one) => (one.kind === 'run_event' && one.event === 'paused' ? [one.actor] : []))).toEqual([
      expect.stringMatching(/\w/),
    ]);
  },
};

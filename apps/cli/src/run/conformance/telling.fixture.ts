import { join } from 'node:path';
import { bash, node, plainEnvironment } from '@telltale/agent-runner/test-support/watch-command';
import type { RecordKind, RecordOf, TelemetryRecord } from '@telltale/contracts/records/record';
import { expect } from 'vitest';
import { productRoot } from '../../product.ts';
import { askSource, provide } from './provider.fixture.ts';
import { story, type Feature } from './runner-rig.fixture.ts';

const ofKind = <K extends RecordKind>(records: readonly TelemetryRecord[], kind: K): RecordOf<K>[] =>
  records.filter((record) => record.kind === kind) as RecordOf<K>[];

/** What is told of a run. */
export const tellingFeatures: Record<string, Feature> = {
  async 'tells of start, samples, lines, git, calls of the proxy and the end'(runner) {
    await using provider = await provide();
    const script = `git init -q -b main && echo a > a && git add a && git commit -qm 'first' && git push nowhere 2> /dev/null || true
      printf 'a line\\nébène \\xff\\n' && head -c 100000 /dev/zero | tr '\\0' y && echo
      ${process.execPath} -e '${askSource.replaceAll("'", '"')} ask().then(({ status }) => console.error("got " + status))'
      sleep 0.5; exit 3`;
    const env = { ...plainEnvironment, ANTHROPIC_BASE_URL: provider.url };
    const { runId, ended } = runner.run(bash(script), { env, proxy: 'on' });
    expect(await ended).toMatchObject({ exitCode: 3, endReason: 'failed', lines: 4 });
    const records = await runner.untilEnded(runId, (all) => ofKind(all, 'log_entry').length >= 4);
    expect(story(records)).toEqual(['started', 'ended failed']);
    expect(ofKind(records, 'process_sample')[0]).toMatchObject({
      agent_id: 'builder',
      memory_bytes: expect.any(Number),
    });
    expect(ofKind(records, 'log_entry').map(({ message, attributes }) => [message.length, attributes])).toEqual(
      expect.arrayContaining([
        [6, undefined],
        [7, undefined],
        [65_536, { dropped_bytes: 100_000 - 65_536 }],
      ]),
    );
    expect(ofKind(records, 'git_activity')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ operation: 'commit', success: true, message: 'first', files_changed: 1 }),
        expect.objectContaining({ operation: 'push', success: false }),
      ]),
    );
    expect(ofKind(records, 'llm_call')).toMatchObject([
      { origin: 'proxy', message_id: 'msg_1', input_tokens: 20, output_tokens: 50 },
    ]);
  },

  async 'tells of calls and tools that the program reports by itself'(runner) {
    const body = join(productRoot, 'libs/otlp/samples/claude-code/json/0001-logs.json');
    const { runId, ended } = runner.run(
      node(`fetch(process.env.OTEL_EXPORTER_OTLP_ENDPOINT + '/v1/logs', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: require('node:fs').readFileSync('${body}'),
      })`),
    );
    expect(await ended).toMatchObject({ exitCode: 0 });
    const records = await runner.untilEnded(runId, (all) => ofKind(all, 'tool_call').length > 0);
    expect(ofKind(records, 'tool_call')).toMatchObject([{ tool_name: 'Bash', success: true, agent_id: 'builder' }]);
    expect(ofKind(records, 'llm_call')).toMatchObject([{ model: 'claude-sonnet-4-5', origin: 'otlp' }]);
  },

  async 'tells of each of several agents in one process'(runner) {
    const script = 'echo "[tester] mine"; echo "nobody says whose"; sleep 0.4';
    const { runId, ended } = runner.run(bash(script), { agentIds: ['tester'] });
    await ended;
    const records = await runner.untilEnded(runId, (all) => ofKind(all, 'log_entry').length === 2);
    const lines = ofKind(records, 'log_entry').map(({ agent_id, line }) => [line, agent_id]);
    expect(lines.toSorted()).toEqual([
      [1, 'tester'],
      [2, 'builder'],
    ]);
    const sampled = ofKind(records, 'process_sample').map(({ agent_id }) => agent_id);
    expect(sampled.filter((agent) => agent === 'tester')).toHaveLength(sampled.length / 2);
  },

  async 'tells of what outlived its program, and ends it'(runner) {
    const { runId, ended } = runner.run(bash('setsid sleep 600 > /dev/null 2>&1 & sleep 0.3'));
    expect(await ended).toMatchObject({ endReason: 'completed', exitCode: 0, leftRunning: 1, survivors: 0 });
    const records = await runner.untilEnded(runId);
    expect(story(records)).toEqual(['started', 'step term orphaned', 'ended completed']);
    expect(ofKind(records, 'run_event').at(-1)?.attributes).toMatchObject({ left_running: 1, survivors: 0 });
  },

  async 'tells of a program that could not be started'(runner) {
    const { runId, ended } = runner.run(['/no/such/program']);
    expect(await ended).toMatchObject({ exitCode: 127, endReason: 'failed' });
    expect(story(await runner.untilEnded(runId))).toEqual(['started', 'ended failed']);
  },
};

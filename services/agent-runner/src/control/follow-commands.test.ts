import { readFileSync } from 'node:fs';
import type { RunAction, RunnerPollBody } from '@telltale/contracts/http/run-commands';
import { systemClock } from '@telltale/runtime/clock';
import { until } from '@telltale/testkit/until';
import { describe, expect, test } from 'vitest';
import { startProvider } from '@telltale/testkit/fake-provider';
import { createManualClock } from '@telltale/testkit/manual-clock';
import { bash, ofKind, quietLog, watchCommand } from '../test-support/watch-command.ts';
import type { RunControl } from '../run/run-control.ts';
import { followCommands } from './follow-commands.ts';

/** A gateway that tells these commands, each until it is acknowledged. */
async function startGateway(open: { command_id: string; run_id: string; action: RunAction }[]) {
  const acknowledged: string[] = [];
  const prefers = new Set<string>();
  const server = await startProvider((request, response, body) => {
    const { acknowledged: done = [] } = JSON.parse(body.toString()) as RunnerPollBody;
    prefers.add(String(request.headers['prefer']));
    for (const { command_id, outcome } of done) acknowledged.push(`${command_id} ${outcome}`);
    const known = new Set(acknowledged.map((line) => line.split(' ')[0]));
    const commands = open
      .filter(({ command_id }) => !known.has(command_id))
      .map((command) => ({ ...command, actor: 'user:ada', requested_at: new Date().toISOString() }));
    response.setHeader('content-type', 'application/json');
    if (commands.length > 0) response.end(JSON.stringify({ commands }));
    else setTimeout(() => response.end(JSON.stringify({ commands: [] })), 100);
  });
  return Object.assign(server, { acknowledged, prefers });
}

test('what is asked is done once, acknowledged, and asked again only when it was not heard', async () => {
  const asked: string[] = [];
  const note = (word: RunAction) => (actor: string) => {
    asked.push(`${word} by ${actor}`);
    return `${word} done`;
  };
  const run: RunControl = { stop: note('stop'), pause: note('pause'), resume: note('resume') };
  await using gateway = await startGateway([
    { command_id: '1', run_id: 'r', action: 'pause' },
    { command_id: '2', run_id: 'elsewhere', action: 'stop' },
    { command_id: '1', run_id: 'r', action: 'pause' },
  ]);
  const link = followCommands({
    url: gateway.url,
    key: 'tt_k_s',
    team: 'red',
    runs: new Map([['r', run]]),
    clock: systemClock,
    log: quietLog,
  });
  await until(() => gateway.acknowledged.length >= 2);
  await link[Symbol.asyncDispose]();
  expect(asked).toEqual(['pause by user:ada']);
  expect(new Set(gateway.acknowledged)).toEqual(new Set(['1 pause done', '2 no such run here']));
  expect(gateway.requests[0]?.url).toBe('/api/v1/runners/poll?team_id=red');
  expect([...gateway.prefers]).toContain('wait=20');
});

test('a gateway that is away changes nothing, and the end does not wait for it', async () => {
  const control: RunControl = { stop: () => '', pause: () => '', resume: () => '' };
  // A wait for another try ends with the link alone.
  const clock = createManualClock();
  const link = followCommands({
    url: 'http://127.0.0.1:1',
    key: 'k',
    team: undefined,
    runs: new Map([['r', control]]),
    clock,
    log: quietLog,
  });
  const { result } = await watchCommand(bash('exit 3'));
  await until(() => clock.sleepers() > 0);
  await link[Symbol.asyncDispose]();
  expect([result.exitCode, clock.sleepers()]).toEqual([3, 0]);
});

describe('a run that is paused', () => {
  /** What the kernel gave it, in ticks. */
  const ticksOf = (pid: number): number => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(fields[11]) + Number(fields[12]);
  };

  test('uses no processor time until it goes on, and is no idle one', async () => {
    let control: RunControl | undefined;
    let pid = 0;
    const running = watchCommand(bash('while :; do :; done'), {
      limits: { idle: 60_000 },
      graceMs: 30_000,
      onRunning: (given) => (control = given),
      onRecord: (record) => {
        if (record.kind === 'run_event' && record.event === 'started') pid = record.pid ?? 0;
      },
    });
    await until(() => control !== undefined && pid > 0 && ticksOf(pid) > 2);
    expect(control?.resume('ada')).toBe('not paused');
    expect(control?.pause('ada')).toBe('paused');
    expect(control?.pause('ada')).toBe('paused before');
    let still = -1;
    let same = 0;
    await until(() => {
      const now = ticksOf(pid);
      same = now === still ? same + 1 : 0;
      still = now;
      return same > 20;
    });
    expect(control?.resume('ada')).toBe('resumed');
    await until(() => ticksOf(pid) > still + 2);
    expect(control?.stop('ada')).toBe('stopping');
    const { result, records } = await running;
    expect(result).toMatchObject({ endReason: 'cancelled', survivors: 0 });
    const said = ofKind(records, 'run_event').map(({ event, step, actor }) =>
      [event, step, actor].filter(Boolean).join(' '),
    );
    expect(said).toEqual(['started', 'paused ada', 'resumed ada', 'step term ada', 'ended']);
  });

  test('can be ended without being let go on first', async () => {
    let control: RunControl | undefined;
    // A shell that forks while it is told to end may run its trap in the child as well.
    const running = watchCommand(bash('sleep 600 & trap "echo bye; exit 7" TERM; echo ready; wait'), {
      graceMs: 30_000,
      onRunning: (given) => (control = given),
      onRecord: (record) => {
        if (record.kind === 'log_entry' && record.message === 'ready') {
          control?.pause('ada');
          control?.stop('bob');
        }
      },
    });
    const { result, stdout } = await running;
    expect(result).toMatchObject({ endReason: 'cancelled', survivors: 0, exitCode: 7 });
    expect(stdout.toString()).toBe('ready\nbye\n');
  });
});

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { aRecord } from '@telltale/testkit/records';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plainPage } from '../terminal/page.ts';
import { createAskedGateway } from './query.fixture.ts';

let t: Awaited<ReturnType<typeof createAskedGateway>>;
beforeAll(async () => {
  t = await createAskedGateway();
});
afterAll(() => t[Symbol.asyncDispose]());

/** What stands on stdout of a command that succeeds and has nothing else to say. */
async function shown(line: string): Promise<string> {
  const { code, out, said } = await t.type(line);
  expect([code, said]).toEqual([0, []]);
  return out;
}

describe('what a person sees', () => {
  test('the summary of a day beside the day before', async () => {
    expect(await shown('summary')).toMatchInlineSnapshot(`
      "From YYYY-MM-DD hh:mm:ssZ to YYYY-MM-DD hh:mm:ssZ

                                 NOW  BEFORE  CHANGE
      Sessions                     2       0
      Cost                    $1.26+   $0.00
      Cost of a session      $0.629+       –
      Cost of a priced call   $0.419       –
      Tokens                 101,066       0
      Input tokens           100,060       0
      Read from cache              0       0
      Output tokens            1,006       0
      LLM calls                    4       0
      LLM calls failed             1       0
      LLM call on average      2.2 s       –
      Tool calls                   2       0
      Tool calls failed            1       0
      Tool call on average     40 ms       –
      Service calls                1       0
      Commits                      1       0
      Peak memory            300 MiB       –

      MODEL      COST
      sonnet    $1.25
      haiku   $0.0084
      novel         –

      TOOL  CALLS  FAILED
      bash      2       1

      SLOWEST TOOLS  AVERAGE
      bash             40 ms

      MOST EXPENSIVE SESSIONS     COST
      s-1                       $1.25+
      s-2                      $0.0042

      + and –: without 1 call whose price is not known
      "
    `);
  });

  test('costs by model, with what is missing from the sum', async () => {
    expect(await shown('costs')).toMatchInlineSnapshot(`
      "From YYYY-MM-DD hh:mm:ssZ to YYYY-MM-DD hh:mm:ssZ
      MODEL      COST  SHARE  CALLS   TOKENS
      sonnet    $1.25   99 %      1  101,000
      haiku   $0.0084    1 %      2       66
      novel         –             1        0
      total    $1.26+             4  101,066

      a priced call cost $0.419 on average

      + and –: without 1 call whose price is not known
      "
    `);
  });

  test('tools, services, slow and failed calls', async () => {
    expect(await shown('tools')).toMatchInlineSnapshot(`
      "From YYYY-MM-DD hh:mm:ssZ to YYYY-MM-DD hh:mm:ssZ
      TOOL  CALLS  FAILED  SUCCESS  AVERAGE    P50    P95    P99  LAST ERROR
      bash      2       1   50.0 %    40 ms  30 ms  50 ms  50 ms  no such file
      "
    `);
    expect(await shown('tools bash')).toMatchInlineSnapshot(`
      "Name        bash
      Calls       2
      Succeeded   1 (50.0 %)
      Failed      1
      Average     40 ms
      Half took   30 ms
      90 % took   50 ms
      95 % took   50 ms
      99 % took   50 ms
      Last error  no such file
      "
    `);
    expect(await shown('services')).toMatchInlineSnapshot(`
      "From YYYY-MM-DD hh:mm:ssZ to YYYY-MM-DD hh:mm:ssZ
      SERVICE  CALLS  FAILED  SUCCESS  AVERAGE    P50    P95    P99  LAST ERROR
      github       1       0  100.0 %    5.3 s  5.2 s  5.2 s  5.2 s
      "
    `);
    expect(await shown('slow')).toMatchInlineSnapshot(`
      " TOOK  KIND     NAME    AT                    SESSION
      6.4 s  llm      sonnet  YYYY-MM-DD hh:mm:ssZ  s-1
      5.3 s  service  github  YYYY-MM-DD hh:mm:ssZ  s-1
      "
    `);
    expect(await shown('errors')).toMatchInlineSnapshot(`
      "AT                    KIND  NAME   SESSION  ERROR
      YYYY-MM-DD hh:mm:ssZ  tool  bash   s-1      no such file
      YYYY-MM-DD hh:mm:ssZ  llm   novel  s-1      overloaded

      TOOL  FAILED
      bash       1

      failed or aborted: 1 of models, 1 of tools
      "
    `);
  });

  test('sessions', async () => {
    expect(await shown('sessions list')).toMatchInlineSnapshot(`
      "SESSION  AGENTS   LAST ACTIVE  DURATION     COST   TOKENS  CALLS  TOOLS  ERRORS  COMMITS
      s-2      tester   XXm XXs ago      0 ms  $0.0042       11      1      0       0        0
      s-1      builder  XXm XXs ago      13 s   $1.25+  101,055      3      2       2        1

      + and –: without 1 call whose price is not known
      "
    `);
    expect(await shown('sessions show s-1')).toMatchInlineSnapshot(`
      "Session        s-1
      Agents         builder
      Tasks          t-1
      Started        YYYY-MM-DD hh:mm:ssZ
      Last active    YYYY-MM-DD hh:mm:ssZ
      Duration       13 s
      Cost           $1.25+ (without 1 call whose price is not known)
      Tokens         101,055 (100,050 in, 1,005 out)
      LLM calls      3 (1 failed, 3.3 s on average)
      Tool calls     2 (1 failed, 40 ms on average)
      Service calls  1
      Commits        1
      Peak memory    300 MiB

      TOOL  CALLS
      bash      2
      "
    `);
  });

  test('runs', async () => {
    expect(await shown('runs list')).toMatchInlineSnapshot(`
      "RUN  AGENT    STATE       STARTED  TOOK    COST   TOKENS     PEAK  COMMITS  COMMAND
      r-1  builder  failed  XXm XXs ago  12 s  $1.25+  101,055  300 MiB        1  make all

      + and –: without 1 call whose price is not known
      "
    `);
    expect(await shown('runs show r-1')).toMatchInlineSnapshot(`
      "Run             r-1
      State           failed
      Command         /usr/bin/make all
      Agents          builder
      Session         s-1
      Task            t-1
      Host            vm
      Process         7
      Started         YYYY-MM-DD hh:mm:ssZ
      Ended           YYYY-MM-DD hh:mm:ssZ
      Duration        12 s
      Exit code       2
      Output          –
      Peak CPU        91 % of a core
      Peak processes  3
      Cost            $1.25+ (without 1 call whose price is not known)
      Tokens          101,055 (100,050 in, 1,005 out)
      LLM calls       3 (1 failed, 3.3 s on average)
      Tool calls      2 (1 failed, 40 ms on average)
      Service calls   1
      Commits         1
      Peak memory     300 MiB
      "
    `);
  });

  test('tasks', async () => {
    expect(await shown('tasks list')).toMatchInlineSnapshot(`
      "TASK  STATE   AGENT    CREW      STARTED  TOOK  INPUT         ERROR
      t-1   FAILED  builder  crew  XXm XXs ago  12 s  symbol=X n=1  it broke
      "
    `);
    expect(await shown('tasks show t-1')).toMatchInlineSnapshot(`
      "Task           t-1
      State          FAILED
      Agent          builder
      Crew           crew
      Session        s-1
      Started        YYYY-MM-DD hh:mm:ssZ
      Ended          YYYY-MM-DD hh:mm:ssZ
      Duration       12 s
      Inputs         {"symbol":"X","n":1}
      Output         –
      Error          it broke
      Cost           $1.25+ (without 1 call whose price is not known)
      Tokens         101,055 (100,050 in, 1,005 out)
      LLM calls      3 (1 failed, 3.3 s on average)
      Tool calls     2 (1 failed, 40 ms on average)
      Service calls  1
      Commits        1
      Peak memory    300 MiB

      STEP   TOOK  SUMMARY
      plan  1.5 s  think first

      TOOL  RESULT  INPUT  OUTPUT
      bash  ok      ls
      bash  failed

      AT                    WARNING
      YYYY-MM-DD hh:mm:ssZ  careful

      RUN  AGENT    STATE       STARTED  TOOK    COST   TOKENS     PEAK  COMMITS  COMMAND
      r-1  builder  failed  XXm XXs ago  12 s  $1.25+  101,055  300 MiB        1  make all
      "
    `);
  });

  test('agents', async () => {
    expect(await shown('agents list')).toMatchInlineSnapshot(`
      "AGENT    STATE  WHY                                 HOST    LAST SEEN     COST   TOKENS  CALLS  TOOLS  FAILED  COMMITS
      tester   idle   nothing was heard of it for XX min  –     XXm XXs ago  $0.0042       11      1      0       0        0
      builder  done   its run ended: failed               vm    XXm XXs ago   $1.25+  101,055      3      2       2        1

      + and –: without 1 call whose price is not known
      "
    `);
    expect(await shown('agents list --period week')).toMatchInlineSnapshot(`
      "AGENT       COST   TOKENS  CALLS  TOOLS  FAILED  COMMITS   MEMORY
      builder   $1.25+  101,055      3      2       2        1  300 MiB
      tester   $0.0042       11      1      0       0        0        –

      + and –: without 1 call whose price is not known
      "
    `);
    expect((await shown('agents show builder --period week')).split('\n')[1]).toMatch(/^builder +\$1.25\+/);
    expect(await shown('agents show builder')).toMatchInlineSnapshot(`
      "Agent      builder of team red
      Last seen  YYYY-MM-DD hh:mm:ssZ
      Process    7, 3 processes in all
      CPU        91 % of a core
      Memory     300 MiB
      Model      novel
      Cost       $1.2542+
      Tokens     101,055 (100,050 in, 1,005 out)

      AT                    GIT     BRANCH  SHA       MESSAGE
      YYYY-MM-DD hh:mm:ssZ  commit  main    abcdef12  one

      AT                    LEVEL    SOURCE  MESSAGE
      YYYY-MM-DD hh:mm:ssZ  warning  stdout  careful

      + and –: without 1 call whose price is not known
      "
    `);
  });
});

test.each([
  ['costs --group-by agent --period all', '/metrics/costs?group_by=agent'],
  ['tools bash --period all', '/metrics/tools/bash'],
  ['errors --period all --limit 1', '/metrics/errors?limit=1'],
  ['slow --period all --threshold-ms 6000', '/metrics/slow?threshold_ms=6000'],
  ['sessions list --period all --agent tester', '/metrics/sessions?agent_id=tester'],
  ['sessions show s-1', '/metrics/sessions/s-1'],
  ['runs list --period all --status ended', '/runs?status=ended'],
  ['runs show r-1', '/runs/r-1'],
  ['tasks list --period all --status FAILED', '/monitoring/tasks?status=FAILED'],
  ['tasks show t-1', '/monitoring/tasks/t-1'],
  ['agents show builder --logs 1', '/agents/builder/telemetry?logs=1'],
])('telltale %s --json is the answer of GET %s', async (line, path) => {
  const answer = JSON.parse(await shown(`${line} --json`)) as Record<string, unknown>;
  const expected = (await t.rest(path)) as Record<string, unknown>;
  // The end of a period is the moment of the question.
  expect({ ...answer, period_end: '' }).toEqual({ ...expected, period_end: '' });
});

test('nothing found is said on stderr, unless it is to be quiet, and is no failure', async () => {
  expect(await t.type('sessions list --agent nobody')).toEqual({
    code: 0,
    out: '',
    said: ['no sessions in the last day (--period all looks further back)'],
  });
  expect(await t.type('slow --threshold-ms 60000 --quiet')).toEqual({ code: 0, out: '', said: [] });
  expect(await t.type('runs list --from 2020-01-01 --to 2020-01-02')).toMatchObject({
    said: ['no runs from 2020-01-01T00:00:00.000Z until 2020-01-02T00:00:00.000Z'],
  });
});

test('a team that nothing is known of is a slip of the hand, not one that spent nothing', async () => {
  const typed = (line: string, env: Record<string, string> = t.operatorEnv) => t.type(line, plainPage, env);
  for (const line of ['summary', 'costs', 'errors', 'runs list', 'agents list', 'agents show builder --period week']) {
    const { code, said } = await typed(`${line} --team rde`);
    expect([line, code, said[0]]).toEqual([line, 1, expect.stringContaining('nothing is known of a team called rde')]);
  }
  for (const line of ['agents show builder', 'sessions show s-1', 'runs show r-1', 'tasks show t-1', 'tools bash']) {
    const { code, said } = await typed(`${line} --team rde`);
    expect([line, code, said[0]]).toEqual([line, 1, expect.stringContaining('nothing is known of a team called rde')]);
  }
  const named = await typed('summary', { ...t.operatorEnv, TELLTALE_TEAM: 'rde' });
  expect([named.code, named.out]).toEqual([1, '']);
  expect((await typed('summary --team red')).code).toBe(0);
  expect((await typed('summary')).code).toBe(0);
});

test('nor is anything set or made anew for such a team', async () => {
  const typed = (line: string) => t.type(line, plainPage, t.operatorEnv);
  const lines = ['prices list', 'prices set --model house --input 1', 'prices remove 0', 'prices reprice'];
  lines.push('budgets list', 'budgets set --period day --usd 1', 'budgets remove 0', 'repair --from 2026-01-01');
  lines.push('team show', 'team limits', 'team limits --max-usd 1', 'tasks create nightly', 'tasks cancel 0', 'start');
  lines.push('stop --yes', 'runs stop --all --yes', 'runs pause 0', 'runners list', 'runners revoke 0');
  lines.push('dead-letters list', 'dead-letters show 0', 'dead-letters replay 0', 'keys list');
  for (const line of lines) {
    const { code, said } = await typed(`${line} --team rde`);
    expect([line, code, said[0]]).toEqual([line, 1, expect.stringContaining('nothing is known of a team called rde')]);
  }
  expect((await typed('prices set --model house --input 1 --instance --team rde')).code).toBe(0);
});

test('one agent in a period is its row; one that has none there is not found, and its lines are of no period', async () => {
  const { agents } = (await t.rest('/metrics/agents?agent_id=builder&period=week')) as { agents: unknown[] };
  expect(JSON.parse(await shown('agents show builder --period week --json'))).toEqual(agents[0]);
  expect(await t.type('agents show nobody --period week')).toEqual({
    code: 1,
    out: '',
    said: ['no agent nobody in the last week (--period all looks further back)'],
  });
  expect(await t.type('agents show builder --period week --logs 5')).toMatchObject({
    code: 2,
    out: '',
    said: [expect.stringMatching(/^--logs /)],
  });
});

test('a list goes on where its page ended', async () => {
  const first = await t.type('sessions list --limit 1');
  expect(first.out).toContain('s-2');
  const [, cursor] = /--cursor (\S+)$/.exec(first.said[0] ?? '') ?? [];
  const second = await shown(`sessions list --limit 1 --cursor ${cursor ?? ''}`);
  expect(second).toContain('s-1');
  expect(second).not.toContain('s-2');
});

test('a list in the order of a sum says how many there are, and goes on by their number', async () => {
  const first = await t.type('agents list --period all --limit 1');
  expect(first.said).toEqual([expect.stringMatching(/^there are more; the next ones: --offset 1 \(of \d\)$/)]);
  const rest = await t.type('agents list --period all --offset 1');
  expect(rest.said).toEqual([]);
  expect(rest.out).not.toBe(first.out);
  expect(await t.type('tools --offset x')).toMatchObject({ code: 2, out: '' });
});

test('a narrow terminal gets lines that fit, with every id whole', async () => {
  const { out } = await t.type('tools', { ...plainPage, columns: 76 });
  expect(out.split('\n').every((line) => line.length <= 76)).toBe(true);
  expect((await t.type('runs list', { ...plainPage, columns: 40 })).out).toContain('r-1');
  // What went wrong is worth more than where, for which there is no room.
  const errors = (await t.type('errors', { ...plainPage, columns: 50 })).out;
  expect(errors.split('\n').every((line) => line.length <= 50)).toBe(true);
  expect(errors).toContain('no such file');
});

test('what the person typed wrong is a usage error, whoever finds it; anything else is 1', async () => {
  expect(await t.type('costs --time-zone Mars/Olympus')).toMatchObject({
    code: 2,
    said: ['time_zone: is not an IANA time zone such as Europe/Berlin'],
  });
  expect(await t.type('summary --from 2026-01-02 --to 2026-01-01')).toMatchObject({
    code: 2,
    said: ['from: is not before to'],
  });
  expect(await t.type('sessions show nobody')).toEqual({ code: 1, out: '', said: ['there is no such session'] });
  expect(await t.type('summary --team blue')).toMatchObject({ code: 1, out: '' });
  expect(await t.type('summary --url http://127.0.0.1:1')).toMatchObject({
    code: 1,
    said: ['http://127.0.0.1:1 does not answer; is Telltale running there?'],
  });
});

test('what cannot be seen of an attached process is no limit of it', async () => {
  const tried = await t.type('attach 1 --agent stranger --enforce --idle-timeout 1m');
  expect(tried).toMatchObject({ code: 2, said: [expect.stringMatching(/^--idle-timeout: cannot be held/)] });
});

test('many runs are stopped by who says whose, and says so twice', async () => {
  const [nobody, twice] = [await t.type('runs stop'), await t.type('runs stop r-1 --all')];
  const which = { code: 2, said: ['name a run, or --agent <id>, or --team <team>, or --all'] };
  expect([nobody, twice]).toEqual([expect.objectContaining(which), expect.objectContaining(which)]);
  for (const whose of ['--all', '--agent builder', '--team red']) {
    const unsure = { code: 2, said: ['nothing was stopped; without a terminal say --yes'] };
    expect(await t.type(`runs stop ${whose}`)).toMatchObject(unsure);
    // This key may only read.
    expect(await t.type(`runs stop ${whose} --yes`)).toMatchObject({ code: 1, said: [expect.stringMatching(/scope/)] });
  }
});

/** The command in a terminal; what it shows, and what it says to `answer` of how many run. */
function stopInTerminal(
  env: Record<string, string>,
  answer: (running: number) => number,
): Promise<{ code: unknown; screen: string }> {
  const main = join(import.meta.dirname, '../main.ts');
  const command = `'${process.execPath}' '${main}' runs stop --all`;
  return new Promise((done) => {
    const terminal = execFile('script', ['-qec', command, '/dev/null'], { env }, (error, screen) =>
      done({ code: error?.code ?? 0, screen }),
    );
    let shown = '';
    let asked = false;
    terminal.stdout?.on('data', (text: string) => {
      shown += text;
      const running = /(\d+) running: type \1 to stop them: /.exec(shown)?.[1];
      if (running === undefined || asked) return;
      asked = true;
      terminal.stdin?.write(`${answer(Number(running))}\r`);
    });
  });
}

test('all runs are stopped by who types how many there are', async () => {
  const env = await t.envOf('busy', [aRecord('run_event', { agent_id: 'b', run_id: 'r-b', event: 'started', pid: 9 })]);
  const wrong = await stopInTerminal(env, (running) => running + 1);
  expect(wrong).toMatchObject({ code: 2, screen: expect.stringContaining('nothing was stopped') });
  // This key may only read: it was asked for.
  const right = await stopInTerminal(env, (running) => running);
  expect(right).toMatchObject({ code: 1, screen: expect.stringContaining('scope') });
});

test('where nothing runs nobody is asked', async () => {
  const nothing = await stopInTerminal(await t.envOf('idle', []), (running) => running);
  expect(nothing).toMatchObject({ code: 0, screen: expect.stringContaining('nothing was running') });
});

test.each(['summary --period yesterday', 'costs --nothing', 'sessions'])(
  'telltale %s is a usage error that leaves stdout empty',
  async (line) => {
    const main = join(import.meta.dirname, '../main.ts');
    const result = await new Promise<{ code: unknown; out: string; err: string }>((done) => {
      execFile(process.execPath, [main, ...line.split(' ')], { env: t.env }, (error, out, err) =>
        done({ code: error?.code, out, err }),
      );
    });
    expect(result).toMatchObject({ code: 2, out: '' });
    expect(result.err).toMatch(/invalid|unknown option|Usage/);
  },
);

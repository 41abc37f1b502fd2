import { randomUUID } from 'node:crypto';
import { aRecord } from '@telltale/testkit/records';
import { until } from '@telltale/testkit/until';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seed } from '../test-support/seed.ts';
import { createTestGateway, type TestGateway } from '../test-support/test-gateway.ts';

let t: TestGateway;
beforeAll(async () => {
  t = await createTestGateway();
});
afterAll(() => t[Symbol.asyncDispose]());

type Auth = { authorization: string };
async function ask(auth: Auth, method: 'GET' | 'POST' | 'DELETE' | 'PUT', path: string, payload?: object) {
  const url = `/api/v1${path}`;
  const answer = await t.gateway.http.inject({ method, url, headers: { ...auth }, ...(payload && { payload }) });
  return { status: answer.statusCode, body: answer.body === '' ? null : answer.json() };
}
let teams = 0;
async function aTeam() {
  const team = `budget-${++teams}`;
  return { team, key: await t.as(team, 'admin', 'read', 'runner', 'ingest') };
}
const call = (fields: object) =>
  aRecord('llm_call', { model: 'sonnet', input_tokens: 1_000, output_tokens: 0, ...fields });
const halfDollar = new Map([['sonnet', '0.5']]);

describe('setting budgets', () => {
  test('a budget is set, listed with what is spent of it, replaced by its like, and removed', async () => {
    const { team, key } = await aTeam();
    await seed(t.databaseUrl, team, [call({ agent_id: 'a' }), call({ agent_id: 'b' })], halfDollar);
    const made = await ask(key, 'POST', '/budgets', { subject: 'agent', subject_id: 'a', period: 'day', limit_usd: 5 });
    expect(made).toMatchObject({ status: 201, body: { measure: 'usd', limit: 5, kind: 'hard', on_unknown: 'warn' } });
    const again = await ask(key, 'POST', '/budgets', {
      subject: 'agent',
      subject_id: 'a',
      period: 'day',
      limit_usd: '0.55',
      name: 'small',
    });
    expect(again.body.budget_id).toBe(made.body.budget_id);
    const { body } = await ask(key, 'GET', '/budgets');
    expect(body).toMatchObject({ total: 1, budgets: [{ name: 'small', limit: 0.55, time_zone: 'UTC' }] });
    expect(body.budgets[0].accounts).toMatchObject([
      { subject_id: 'a', spent: 0.5, reserved: 0, remaining: 0.05, state: 'warn', unpriced_calls: 0 },
    ]);
    expect((await ask(key, 'DELETE', `/budgets/${made.body.budget_id}`)).status).toBe(204);
    expect((await ask(key, 'GET', '/budgets')).body.budgets).toEqual([]);
    const audit = await t.db.selectFrom('audit_entry').select('action').where('team_id', '=', team).execute();
    expect(audit.map(({ action }) => action).filter((action) => action.startsWith('budget'))).toHaveLength(3);
  });

  test('a budget of each shows whoever spent most, and the status what holds a call of somebody', async () => {
    const { team, key } = await aTeam();
    await seed(
      t.databaseUrl,
      team,
      [call({ agent_id: 'a', run_id: 'r-1', session_id: 's-1' }), call({ agent_id: 'b' }), call({ agent_id: 'b' })],
      halfDollar,
    );
    await ask(key, 'POST', '/budgets', { subject: 'agent', period: 'month', limit_usd: 2 });
    await ask(key, 'POST', '/budgets', { subject: 'session', period: 'total', limit_tokens: 4_000, kind: 'soft' });
    await ask(key, 'POST', '/budgets', { subject: 'team', period: 'run', limit_usd: 1 });
    const { body } = await ask(key, 'GET', '/budgets?subject=agent');
    expect(body.budgets[0].accounts).toMatchObject([
      { subject_id: 'b', spent: 1, used: 0.5 },
      { subject_id: 'a', spent: 0.5 },
    ]);
    const { body: status } = await ask(key, 'GET', '/budgets/status?agent_id=a&session_id=s-1&run_id=r-1');
    expect(status.accounts).toHaveLength(3);
    expect(status.accounts).toContainEqual(expect.objectContaining({ period: 'run', run_id: 'r-1', spent: 0.5 }));
    expect(status.accounts).toContainEqual(expect.objectContaining({ subject: 'session', spent: 1_000, used: 0.25 }));
  });

  test.each([
    ['no limit', { limit_usd: 0 }, 'limit_usd'],
    ['less than nothing', { limit_usd: -1 }, 'limit_usd'],
    ['two measures', { limit_usd: 1, limit_tokens: 1 }, 'limit_usd'],
    ['no measure', {}, 'limit_usd'],
    ['an unknown subject', { limit_usd: 1, subject: 'planet' }, 'subject'],
    ['an unknown period', { limit_usd: 1, period: 'minute' }, 'period'],
    ['a team by name', { limit_usd: 1, subject: 'team', subject_id: 'x' }, 'subject_id'],
    ['a soft one that blocks', { limit_usd: 1, kind: 'soft', on_unknown: 'block' }, 'on_unknown'],
    [
      'a soft one that blocks without a server',
      { limit_usd: 1, kind: 'soft', on_unreachable: 'block' },
      'on_unreachable',
    ],
    ['prices of tokens', { limit_tokens: 1, on_unknown: 'allow' }, 'on_unknown'],
  ])('what nothing can hit is refused: %s', async (_, fields, pointer) => {
    const { key } = await aTeam();
    const { status, body } = await ask(key, 'POST', '/budgets', { subject: 'agent', period: 'day', ...fields });
    expect([status, body.errors[0].pointer]).toEqual([400, `#/${pointer}`]);
  });

  test('what a wider budget always spends first is refused, and so is a run that has ended or never was', async () => {
    const { team, key } = await aTeam();
    await ask(key, 'POST', '/budgets', { subject: 'team', period: 'day', limit_usd: 5 });
    const hidden = await ask(key, 'POST', '/budgets', { subject: 'agent', period: 'hour', limit_usd: 6 });
    expect([hidden.status, hidden.body.errors[0].code]).toEqual([400, 'never_hit']);
    expect((await ask(key, 'POST', '/budgets', { subject: 'agent', period: 'month', limit_usd: 6 })).status).toBe(201);
    expect((await ask(key, 'POST', '/budgets', { subject: 'agent', period: 'hour', limit_usd: 5 })).status).toBe(201);
    await seed(t.databaseUrl, team, [aRecord('run_event', { run_id: 'over', event: 'ended', reason: 'completed' })]);
    const over = await ask(key, 'POST', '/budgets', {
      subject: 'run',
      subject_id: 'over',
      period: 'run',
      limit_usd: 1,
    });
    expect([over.status, over.body.errors[0].pointer]).toEqual([400, '#/subject_id']);
    const about = (run: string) =>
      ask(key, 'POST', '/budgets', { subject: 'run', subject_id: run, period: 'run', limit_usd: 1 });
    const nobodys = await about('nobody-s');
    expect([nobodys.status, nobodys.body.errors[0].code]).toEqual([400, 'never_hit']);
    await seed(t.databaseUrl, team, [aRecord('run_event', { run_id: 'goes-on', event: 'started' })]);
    expect((await about('goes-on')).status).toBe(201);
  });

  test('only admin keys change budgets', async () => {
    const { team } = await aTeam();
    const reader = await t.as(team, 'read');
    expect((await ask(reader, 'POST', '/budgets', { subject: 'team', period: 'day', limit_usd: 1 })).status).toBe(403);
    expect((await ask(reader, 'GET', '/budgets')).status).toBe(200);
  });

  test('the limits of an agent go before those of its team', async () => {
    const { key } = await aTeam();
    await ask(key, 'PUT', '/limits', { limits: { timeout_ms: 60_000, max_tokens: 9 } });
    await ask(key, 'PUT', '/limits', { agent_id: 'a', limits: { max_tokens: 5 } });
    const terms = await ask(key, 'GET', '/runners/terms?agent_id=a&run_id=r');
    expect(terms.body.limits).toEqual({ timeout_ms: 60_000, max_tokens: 5 });
    await ask(key, 'PUT', '/limits', { agent_id: 'a', limits: {} });
    expect((await ask(key, 'GET', '/limits')).body.limits).toEqual([
      { agent_id: null, limits: { timeout_ms: 60_000, max_tokens: 9 } },
    ]);
  });
});

describe('leasing slices', () => {
  const word = (fields: object) => ({
    holder: randomUUID(),
    n: 1,
    run_id: 'r',
    slices: [],
    settled: [],
    wants: [],
    ...fields,
  });
  const usd = (amount: number) => Math.round(amount * 1e9);

  async function aBudget(limits: object) {
    const { team, key } = await aTeam();
    const { body } = await ask(key, 'POST', '/budgets', { subject: 'team', period: 'total', ...limits });
    return { team, key, account: `${body.budget_id}:0:` };
  }
  const sync = async (key: Auth, said: object) => (await ask(key, 'POST', '/runners/budgets', said)).body;

  test('a slice is granted until the limit, what is settled counts, and what is stored takes its place', async () => {
    const { team, key, account } = await aBudget({ limit_usd: 1 });
    const want = { account, amount: usd(0.8), extra: 0 };
    const holder = randomUUID();
    expect(await sync(key, word({ holder, wants: [want] }))).toMatchObject({ outcome: 'ok' });
    expect(await sync(key, word({ run_id: 'other', wants: [want] }))).toMatchObject({
      outcome: 'refused',
      accounts: [{ account, blocked: true, reserved_units: usd(0.8), spent_units: 0 }],
    });
    const record = call({ agent_id: 'a', run_id: 'r' });
    const settled = [{ k: 1, call_id: record.id, amounts: { [account]: usd(0.5) } }];
    const free = { account, open: 0, free: 0 };
    const asks = [record.id];
    const after = await sync(key, word({ holder, n: 2, settled, slices: [free], asks }));
    expect(after).toMatchObject({ outcome: 'ok', settled_k: 1, pending: [record.id] });
    expect(after.accounts).toMatchObject([{ spent_units: usd(0.5), reserved_units: 0 }]);
    await seed(t.databaseUrl, team, [record], halfDollar);
    await until(
      async () => (await sync(key, word({ holder, n: Date.now(), slices: [free], asks }))).pending.length === 0,
    );
    const { body } = await ask(key, 'GET', '/budgets/status');
    expect(body.accounts).toMatchObject([{ spent: 0.5, reserved: 0, remaining: 0.5 }]);
  });

  test('a call that nobody reserved counts when it is stored', async () => {
    const { team, key, account } = await aBudget({ limit_tokens: 2_000 });
    const want = { account, amount: 1_500, extra: 0 };
    expect(await sync(key, word({ wants: [want], closing: true }))).toMatchObject({ outcome: 'ok' });
    await seed(t.databaseUrl, team, [call({ agent_id: 'a' })], halfDollar);
    await until(async () => (await ask(key, 'GET', '/budgets/status')).body.accounts[0].spent === 1_000);
    expect(await sync(key, word({ wants: [{ ...want, amount: 1_001 }] }))).toMatchObject({ outcome: 'refused' });
  });

  test('a budget that is changed or removed holds at once', async () => {
    const { key, account } = await aBudget({ limit_tokens: 100 });
    const want = { account, amount: 150, extra: 0 };
    const first = await sync(key, word({ wants: [want] }));
    expect(first.outcome).toBe('refused');
    await ask(key, 'POST', '/budgets', { subject: 'team', period: 'total', limit_tokens: 200 });
    const second = await sync(key, word({ wants: [want] }));
    expect(second.outcome).toBe('ok');
    expect(second.rules_version).not.toBe(first.rules_version);
    await ask(key, 'DELETE', `/budgets/${account.split(':')[0] ?? ''}`);
    expect(await sync(key, word({ wants: [{ ...want, amount: 9_000 }] }))).toMatchObject({
      outcome: 'ok',
      accounts: [],
    });
  });
});

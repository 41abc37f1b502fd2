import { aRecord } from '@telltale/testkit/records';
import { startPrivateRedis } from '@telltale/testkit/private-redis';
import { createTestRedis } from '@telltale/testkit/test-redis';
import { until } from '@telltale/testkit/until';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  connectClient,
  createManualClock,
  createMemoryStore,
  openTo,
  startLiveRig,
  subscribed,
  type LiveClient,
  type LiveRig,
} from './live-rig.fixture.ts';

const log = (message: string, fields: object = {}) => aRecord('log_entry', { message, ...fields });

let redis: Awaited<ReturnType<typeof createTestRedis>>;
let rig: LiveRig;
const store = createMemoryStore();

beforeAll(async () => {
  redis = await createTestRedis();
  rig = await startLiveRig({ redisUrl: redis.url, readSnapshot: store.readSnapshot });
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
  await redis[Symbol.asyncDispose]();
});

describe('the handshake', () => {
  it('refuses a socket without a valid key, and says why', async () => {
    using client = await connectClient(rig.url, 'wrong');
    expect(client.refusal()?.data).toMatchObject({ code: 'unauthenticated', status: 401 });
  });

  it('refuses a key that may not read', async () => {
    rig.access.set('ingest-only', openTo('a', ['ingest']));
    using client = await connectClient(rig.url, 'ingest-only');
    expect(client.refusal()?.data).toMatchObject({ code: 'forbidden' });
  });

  it("refuses a page of another origin, and lets the gateway's own in", async () => {
    using evil = await connectClient(rig.url, 'key-a', { origin: 'https://evil.example' });
    using own = await connectClient(rig.url, 'key-a', { origin: rig.url });
    expect(evil.refusal()).not.toBeNull();
    expect(own.refusal()).toBeNull();
  });

  it('is offered by WebSocket only', async () => {
    expect((await fetch(`${rig.url}/socket.io/?EIO=4&transport=polling`)).status).toBe(400);
  });
});

describe('a subscription', () => {
  it('that is not understood is answered with the field and the remedy', async () => {
    using client = await connectClient(rig.url, 'key-a');
    expect(await client.subscribe({})).toMatchObject({ ok: false, error: { code: 'invalid_request' } });
    expect(await client.subscribe({ team_id: 'a', rate: 4 })).toMatchObject({
      error: { errors: [{ pointer: '#/rate' }] },
    });
    expect(await client.subscribe({ agent_id: 'x', since_cursor: 'nonsense' })).toMatchObject({
      error: { code: 'invalid_cursor', errors: [{ pointer: '#/since_cursor' }] },
    });
    expect(await client.subscribe({ agent_id: 'x', limit: 3 })).toMatchObject({
      error: { errors: [{ pointer: '#/limit', code: 'unknown' }] },
    });
  });

  it('of an id not seen yet has an empty snapshot and hears the first record at once', async () => {
    using client = await connectClient(rig.url, 'key-a');
    const answer = await subscribed(client, { agent_id: 'newcomer' });
    expect(answer).toMatchObject({ resumed: false, snapshot: { process_metrics: null, activity_logs: [] } });
    await rig.append('a', [log('first', { agent_id: 'newcomer' })]);
    await until(() => client.items('log_entry').length === 1);
    expect(client.frames[0]).toMatchObject({
      messages: [{ type: 'agent_telemetry', agent_id: 'newcomer', team_id: 'a', event: 'log_entry' }],
    });
    expect(client.items('log_entry')[0]).toEqual({
      id: expect.any(String),
      timestamp: expect.any(String),
      level: 'info',
      message: 'first',
      source: 'stdout',
    });
  });

  it("never hears another team's agent of the same name, nor may name another team", async () => {
    using a = await connectClient(rig.url, 'key-a');
    using b = await connectClient(rig.url, 'key-b');
    await subscribed(a, { agent_id: 'shared-name' });
    await subscribed(b, { agent_id: 'shared-name' });
    expect(await a.subscribe({ team_id: 'b' })).toMatchObject({ ok: false, error: { code: 'not_found' } });
    expect(await a.subscribe({ team_id: 'b', agent_id: 'shared-name' })).toMatchObject({ ok: false });
    await rig.append('b', [log('canary of b', { agent_id: 'shared-name' })]);
    await rig.append('a', [log('of a', { agent_id: 'shared-name' })]);
    await until(() => a.items('log_entry').length === 1 && b.items('log_entry').length === 1);
    expect(JSON.stringify(a.frames)).not.toContain('canary');
  });

  it("of an operator's key names its team", async () => {
    using operator = await connectClient(rig.url, 'operator');
    await subscribed(operator, { team_id: 'b', run_id: 'run-of-b' });
    await rig.append('b', [log('heard', { run_id: 'run-of-b' })]);
    await until(() => operator.items('log_entry').length === 1);
  });

  it('is over when it is ended before it was answered', async () => {
    using client = await connectClient(rig.url, 'key-a');
    const answer = client.subscribe({ agent_id: 'left-at-once' });
    client.socket.emit('unsubscribe', { agent_id: 'left-at-once' });
    await subscribed(client, { agent_id: 'stayed' });
    expect(await answer).toMatchObject({ ok: true });
    await rig.append('a', [log('unheard', { agent_id: 'left-at-once' }), log('heard', { agent_id: 'stayed' })]);
    await until(() => client.items('log_entry').some(({ message }) => message === 'heard'));
    expect(client.items('log_entry').map(({ message }) => message)).toEqual(['heard']);
  });

  it('hears sessions and runs, and nothing any more once it is ended', async () => {
    using client = await connectClient(rig.url, 'key-a');
    await subscribed(client, { session_id: 's1' });
    await subscribed(client, { run_id: 'r1' });
    await rig.append('a', [log('in s1', { session_id: 's1' }), log('in r1', { run_id: 'r1' })]);
    await until(() => client.items('log_entry').length === 2);
    client.socket.emit('unsubscribe', { session_id: 's1' });
    await subscribed(client, { run_id: 'r2' });
    await rig.append('a', [log('s1 again', { session_id: 's1', run_id: 'r2', agent_id: 'agent-2' })]);
    await until(() => client.items('log_entry').length >= 3);
    expect(client.items('log_entry').filter(({ message }) => message === 's1 again')).toHaveLength(1);
  });

  it('is ended by what it was asked with, alone, and what cannot be read ends nothing', async () => {
    using client = await connectClient(rig.url, 'key-a');
    await subscribed(client, { agent_id: 'kept-on' });
    await subscribed(client, { team_id: 'a', agent_ids: ['kept-on'], events: ['log_entry'] });
    const end = (...payload: object[]): Promise<unknown> =>
      client.socket.emitWithAck('unsubscribe', ...(payload as []));
    expect(await end({ team_id: 'a', agent_ids: ['kept-on'], events: ['log_entry'] })).toEqual({ ok: true });
    expect(await end({ agent_id: 'never', rate: 4 })).toEqual({ ok: true });
    expect(await end({ agent_id: 7 })).toMatchObject({ ok: false, error: { code: 'invalid_request' } });
    await rig.append('a', [log('heard once', { agent_id: 'kept-on' })]);
    await until(() => client.items('log_entry').length === 1);
    expect(await end()).toEqual({ ok: true });
    await subscribed(client, { agent_id: 'another' });
    await rig.append('a', [log('unheard', { agent_id: 'kept-on' }), log('last', { agent_id: 'another' })]);
    await until(() => client.items('log_entry').some(({ message }) => message === 'last'));
    expect(client.items('log_entry').map(({ message }) => message)).toEqual(['heard once', 'last']);
  });

  it('is filtered on the server by event, level, text, task and agent', async () => {
    using levels = await connectClient(rig.url, 'key-a');
    using text = await connectClient(rig.url, 'key-a');
    using events = await connectClient(rig.url, 'key-a');
    using some = await connectClient(rig.url, 'key-a');
    await subscribed(levels, { team_id: 'a', min_level: 'warning', events: ['log_entry'] });
    await subscribed(text, { team_id: 'a', q: 'NEEDLE' });
    await subscribed(events, { team_id: 'a', events: ['git_activity'], task_id: 'task-1' });
    await subscribed(some, { team_id: 'a', agent_ids: ['one', 'two'] });
    await rig.append('a', [
      log('quiet', { agent_id: 'one' }),
      log('a needle', { agent_id: 'two' }),
      log('loud', { agent_id: 'three', level: 'error' }),
      aRecord('git_activity', { agent_id: 'three', task_id: 'task-1', message: 'mine' }),
      aRecord('git_activity', { agent_id: 'three', task_id: 'task-2', message: 'not mine' }),
    ]);
    await until(() => [levels, text, events, some].every(({ frames }) => frames.length > 0));
    expect(levels.items('log_entry')).toMatchObject([{ message: 'loud' }]);
    expect(text.items('log_entry')).toMatchObject([{ message: 'a needle' }]);
    expect(text.items('git_activity')).toEqual([]);
    expect(events.items('git_activity')).toMatchObject([{ message: 'mine' }]);
    expect(some.messages().map(({ agent_id }) => agent_id)).toEqual(['one', 'two']);
  });

  it('gets new totals as the aggregator appends them', async () => {
    using team = await connectClient(rig.url, 'key-a');
    using agent = await connectClient(rig.url, 'key-a');
    await subscribed(team, { team_id: 'a', agent_ids: [] });
    await subscribed(agent, { agent_id: 'counted' });
    const usage = { ...store.noTokens, model: 'm', input_tokens: 7, total_tokens: 7 };
    const totals = { agents: [{ agent_id: 'counted', token_usage: usage }], team: { agents: 3 } as never };
    await rig.appender.appendTotals('a', { totals });
    await until(() => team.frames.length === 1 && agent.frames.length === 1);
    expect(team.messages()).toMatchObject([{ event: 'team_totals', data: { agents: 3 } }]);
    expect(team.messages()[0]).not.toHaveProperty('agent_id');
    expect(agent.messages()).toMatchObject([{ event: 'llm_call', data: { items: [], token_usage: usage } }]);
  });
});

describe('what reaches a client', () => {
  it('is the snapshot and then every later record once, while a writer writes', async () => {
    const agent_id = 'busy';
    const sent: string[] = [];
    let writing = true;
    const write = async (): Promise<void> => {
      for (let n = 0; writing; n += 1) {
        const record = log(`line ${n}`, { agent_id });
        store.rows.push({ team: 'a', record });
        sent.push(record.id);
        await rig.append('a', [record]);
      }
    };
    const writer = write();
    const clients = [];
    for (let n = 0; n < 8; n += 1) {
      const at = sent.length;
      await until(() => sent.length > at + 5, { everyMs: 1 });
      const client = await connectClient(rig.url, 'key-a');
      const answer = await subscribed(client, { agent_id, rate: 4 });
      const snapshot =
        answer.snapshot !== null && 'activity_logs' in answer.snapshot ? answer.snapshot.activity_logs : [];
      clients.push({ client, snapshot: snapshot.map(({ id }) => id) });
    }
    const at = sent.length;
    await until(() => sent.length > at + 20, { everyMs: 1 });
    writing = false;
    await writer;
    for (const { client, snapshot } of clients) {
      await until(() => client.items('log_entry').at(-1)?.id === sent.at(-1));
      const got = [...snapshot.toReversed(), ...client.items('log_entry').map(({ id }) => id)];
      const dropped = client.messages().some(({ data }) => 'dropped' in data);
      expect(dropped).toBe(false);
      expect(got).toEqual(sent.slice(sent.indexOf(got[0] ?? '')));
      client[Symbol.dispose]();
    }
  });

  it('is not what the snapshot showed already, when a batch reaches the stream late; others get it', async () => {
    using early = await connectClient(rig.url, 'key-a');
    await subscribed(early, { agent_id: 'late' });
    const committed = log('committed', { agent_id: 'late' });
    const sample = aRecord('process_sample', { agent_id: 'late' });
    for (const record of [committed, sample]) store.rows.push({ team: 'a', record });
    using later = await connectClient(rig.url, 'key-a');
    const { snapshot } = await subscribed(later, { agent_id: 'late' });
    expect(snapshot).toMatchObject({ activity_logs: [{ id: committed.id }], process_metrics: { at: sample.at } });

    await rig.append('a', [committed, sample]);
    await until(() => early.items('log_entry').length === 1 && later.frames.length === 1);
    expect(early.messages().map(({ event }) => event)).toEqual(['metrics_update', 'log_entry']);
    expect(later.messages()).toEqual([]);

    // Its cursor went past it, so that a reconnect does not bring it either.
    using again = await connectClient(rig.url, 'key-a');
    await subscribed(again, { agent_id: 'late', since_cursor: later.cursor() });
    await rig.append('a', [log('next', { agent_id: 'late' })]);
    await until(() => again.items('log_entry').length === 1);
    expect(again.items('log_entry')).toMatchObject([{ message: 'next' }]);
  });

  it('after a reconnect is exactly what was missed, for one agent and for a team with updates held back', async () => {
    for (const target of [{ agent_id: 'one' }, { team_id: 'a' }]) {
      const written: string[] = [];
      const got: string[] = [];
      const write = async (agent_id: string): Promise<void> => {
        const record = log('x', { agent_id });
        if (!('agent_id' in target) || agent_id === target.agent_id) written.push(record.id);
        await rig.append('a', [record]);
      };
      let cursor: string | undefined;
      for (let round = 0; round < 6; round += 1) {
        using client = await connectClient(rig.url, 'key-a');
        const answer = await subscribed(client, {
          ...target,
          ...(cursor === undefined ? {} : { since_cursor: cursor }),
        });
        expect(answer.resumed).toBe(round > 0);
        cursor ??= answer.cursor;
        for (const agent_id of ['one', 'two', 'one', 'three', 'two', 'one']) await write(agent_id);
        // Left in the middle of a second: some agents' updates are held back, others were sent.
        await until(() => client.frames.length > 0);
        got.push(...client.items('log_entry').map(({ id }) => id));
        cursor = client.cursor();
      }
      using last = await connectClient(rig.url, 'key-a');
      await subscribed(last, { ...target, since_cursor: cursor ?? '' });
      await until(() => got.length + last.items('log_entry').length >= written.length);
      got.push(...last.items('log_entry').map(({ id }) => id));
      expect(got.toSorted()).toEqual(written.toSorted());
    }
  });

  it('is missed in as many frames as it takes: nothing is dropped on the way back', async () => {
    using before = await connectClient(rig.url, 'key-a');
    const { cursor } = await subscribed(before, { agent_id: 'flood' });
    before[Symbol.dispose]();
    for (let n = 0; n < 3; n += 1) {
      await rig.append(
        'a',
        Array.from({ length: 450 }, (_, line) => log(`${n} ${line}`, { agent_id: 'flood' })),
      );
    }
    using after = await connectClient(rig.url, 'key-a');
    expect(await subscribed(after, { agent_id: 'flood', since_cursor: cursor })).toMatchObject({
      resumed: true,
      snapshot: null,
    });
    await until(() => after.items('log_entry').length === 1350);
    expect(after.messages().every(({ data }) => !('dropped' in data))).toBe(true);
    expect(Math.max(...after.messages().map(({ data }) => ('items' in data ? data.items.length : 0)))).toBe(200);
  });

  it('is sent as it is taken, however much it is, and goes on within a batch where the connection broke', async () => {
    const target = { agent_id: 'flooded' };
    const { cursor } = await (async () => {
      using before = await connectClient(rig.url, 'key-a');
      return await subscribed(before, target);
    })();
    const long = 'x'.repeat(1_000);
    for (let batch = 0; batch < 20; batch += 1) {
      await rig.append(
        'a',
        Array.from({ length: 500 }, () => log(long, target)),
      );
    }
    const idsOf = (client: LiveClient): string[] => client.items('log_entry').map(({ id }) => id);
    using broken = await connectClient(rig.url, 'key-a');
    expect(await subscribed(broken, { ...target, since_cursor: cursor })).toMatchObject({ resumed: true });
    await until(() => broken.frames.length > 0, { everyMs: 1 });
    broken.socket.disconnect();
    using back = await connectClient(rig.url, 'key-a');
    const answer = await subscribed(back, { ...target, since_cursor: broken.cursor() });
    expect(answer).toMatchObject({ resumed: true });
    await until(() => new Set([...idsOf(broken), ...idsOf(back)]).size === 10_000);
    expect(idsOf(broken).length + idsOf(back).length).toBe(10_000);
    expect(back.socket.connected).toBe(true);
  });

  it('is the same through two gateways, and a cursor of one is good at the other', async () => {
    await using second = await startLiveRig({ redisUrl: redis.url, readSnapshot: store.readSnapshot });
    using here = await connectClient(rig.url, 'key-a');
    using there = await connectClient(second.url, 'key-a');
    await subscribed(here, { agent_id: 'twice' });
    await subscribed(there, { agent_id: 'twice' });
    await rig.append('a', [log('both', { agent_id: 'twice' })]);
    await until(() => here.items('log_entry').length === 1 && there.items('log_entry').length === 1);
    const cursor = here.cursor();
    here[Symbol.dispose]();
    await rig.append('a', [log('missed', { agent_id: 'twice' })]);
    using moved = await connectClient(second.url, 'key-a');
    expect(await subscribed(moved, { agent_id: 'twice', since_cursor: cursor })).toMatchObject({ resumed: true });
    await until(() => moved.items('log_entry').length === 1);
    expect(moved.items('log_entry')).toMatchObject([{ message: 'missed' }]);
  });
});

describe('one update a second', () => {
  it('lets the first change of a quiet agent out at once and merges the rest until its second is over', async () => {
    const clock = createManualClock();
    await using slow = await startLiveRig({ redisUrl: redis.url, readSnapshot: store.readSnapshot, clock });
    using client = await connectClient(slow.url, 'key-a');
    await subscribed(client, { agent_id: 'paced' });
    await subscribed(client, { agent_id: 'witness' });
    const of = (agent: string) => client.frames.filter(({ messages }) => messages[0]?.agent_id === agent);
    const sample = (cpu_percent: number) => aRecord('process_sample', { agent_id: 'paced', cpu_percent });

    await slow.append('a', [log('1', { agent_id: 'paced' })]);
    await until(() => of('paced').length === 1);
    await slow.append('a', [log('2', { agent_id: 'paced' }), sample(1)]);
    await slow.append('a', [log('3', { agent_id: 'paced' }), sample(2)]);
    clock.advance(990);
    await slow.append('a', [log('seen', { agent_id: 'witness' })]);
    await until(() => of('witness').length === 1);
    expect(of('paced')).toHaveLength(1);

    clock.advance(10);
    await until(() => of('paced').length === 2);
    expect(of('paced')[1]?.messages).toMatchObject([
      { event: 'metrics_update', data: { process_metrics: { cpu_percent: 2 } } },
      { event: 'log_entry', data: { items: [{ message: '2' }, { message: '3' }] } },
    ]);

    clock.advance(1_000);
    await slow.append('a', [log('4', { agent_id: 'paced' })]);
    await until(() => of('paced').length === 3);
  });

  it('waits a moment for the batch that is about to come rather than show what is old, and leaves with it', async () => {
    const clock = createManualClock();
    await using slow = await startLiveRig({ redisUrl: redis.url, readSnapshot: store.readSnapshot, clock });
    using client = await connectClient(slow.url, 'key-a');
    await subscribed(client, { agent_id: 'busy' });
    await subscribed(client, { agent_id: 'witness', rate: 4 });
    const of = (agent: string) => client.frames.filter(({ messages }) => messages[0]?.agent_id === agent);

    let seen = 0;
    /** An entry that both hear of, so that it is known to have been taken in; the witness listens four times a second. */
    const append = async (...messages: string[]): Promise<void> => {
      const lines = messages.map((message) => log(message, { agent_id: 'busy' }));
      await slow.append('a', [...lines, log('seen', { agent_id: 'witness' })]);
      seen += 1;
      await until(() => of('witness').length === seen);
    };
    for (const message of ['1', '2', '3', '4']) {
      await append(message);
      clock.advance(260);
    }
    await append();
    // 1040 ms after the first: due, but at this pace the next line comes before 1100.
    expect(of('busy')).toHaveLength(1);
    await slow.append('a', [log('5', { agent_id: 'busy' })]);
    await until(() => of('busy').length === 2);
    const [, second] = of('busy');
    expect(second?.messages).toMatchObject([{ data: { items: ['2', '3', '4', '5'].map((message) => ({ message })) } }]);
  });

  it('gives four a second on request', async () => {
    const clock = createManualClock();
    await using fast = await startLiveRig({ redisUrl: redis.url, readSnapshot: store.readSnapshot, clock });
    using client = await connectClient(fast.url, 'key-a');
    await subscribed(client, { agent_id: 'paced', rate: 4 });
    for (let n = 1; n <= 4; n += 1) {
      await fast.append('a', [log(String(n), { agent_id: 'paced' })]);
      await until(() => client.frames.length === n);
      clock.advance(250);
    }
  });

  it('counts what is beyond 200 items of a list as dropped, and keeps the newest', async () => {
    const clock = createManualClock();
    await using own = await startLiveRig({ redisUrl: redis.url, readSnapshot: store.readSnapshot, clock });
    using client = await connectClient(own.url, 'key-a');
    await subscribed(client, { agent_id: 'flooding' });
    await own.append(
      'a',
      Array.from({ length: 250 }, (_, n) => log(String(n), { agent_id: 'flooding' })),
    );
    await until(() => client.frames.length === 1);
    const data = client.messages()[0]?.data;
    expect(data).toMatchObject({ dropped: 50 });
    expect(client.items('log_entry').map(({ message }) => message)).toEqual(
      Array.from({ length: 200 }, (_, n) => String(n + 50)),
    );
  });
});

describe('a client that takes nothing', () => {
  it('is told to come again and disconnected, and its neighbour hears everything', async () => {
    using stalled = await connectClient(rig.url, 'key-a');
    using neighbour = await connectClient(rig.url, 'key-a');
    await subscribed(stalled, { team_id: 'a', events: ['log_entry'] });
    await subscribed(neighbour, { team_id: 'a', events: ['log_entry'] });
    // Those of the tests before are gone, so that it is this one whose end is counted.
    await until(() => rig.live.connections() === 2);
    stalled.pause();
    const long = 'x'.repeat(60_000);
    let sent = 0;
    // Each of another agent, so that none is held back.
    await until(
      async () => {
        for (let n = 0; n < 20; n += 1, sent += 1) await rig.append('a', [log(long, { agent_id: `filler-${sent}` })]);
        return rig.live.connections() < 2;
      },
      { everyMs: 1 },
    );
    stalled.resume();
    await until(() => !stalled.socket.connected);
    expect(stalled.resyncs).toEqual([{ reason: 'slow' }]);
    await until(() => neighbour.items('log_entry').length === sent);
    expect(neighbour.socket.connected).toBe(true);
  });
});

describe('a client that stopped reading while little is said', () => {
  it('is handed no more than it answers for: what waits is noticed although the network would take it', async () => {
    const clock = createManualClock();
    await using own = await startLiveRig({ redisUrl: redis.url, readSnapshot: store.readSnapshot, clock });
    using stalled = await connectClient(own.url, 'key-a');
    using neighbour = await connectClient(own.url, 'key-a');
    for (const client of [stalled, neighbour]) await subscribed(client, { team_id: 'a', events: ['log_entry'] });
    stalled.pause();
    let sent = 0;
    const say = async (lines: number): Promise<void> => {
      for (let n = 0; n < lines; n += 1, sent += 1) {
        await own.append('a', [log('x'.repeat(60_000), { agent_id: `said-${sent}` })]);
      }
      await until(() => neighbour.items('log_entry').length === sent);
    };
    await say(5);
    // It was asked for an answer, and owes it for long enough.
    clock.advance(500);
    await say(5);
    await until(() => {
      clock.advance(2_000);
      return own.live.connections() === 1;
    });
    stalled.resume();
    await until(() => !stalled.socket.connected);
    expect(stalled.resyncs).toEqual([{ reason: 'slow' }]);
    // It comes back with its cursor; what waited for it was not sent.
    expect(stalled.items('log_entry').length).toBeLessThan(sent);
    expect(neighbour.socket.connected).toBe(true);
  });
});

describe('a stop', () => {
  it('does not wait for a client that does not answer', async () => {
    const own = await startLiveRig({ redisUrl: redis.url, readSnapshot: store.readSnapshot });
    using stalled = await connectClient(own.url, 'key-a');
    using polite = await connectClient(own.url, 'key-a');
    await subscribed(stalled, { team_id: 'a' });
    stalled.pause();
    const started = performance.now();
    await own[Symbol.asyncDispose]();
    // Its ping would give it up after 45 s.
    expect(performance.now() - started).toBeLessThan(20_000);
    await until(() => !polite.socket.connected);
    stalled.resume();
    await until(() => !stalled.socket.connected);
  });
});

describe('a Redis that lost its data', () => {
  const isGone = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  };

  it('is another epoch: viewers are told to come again and get a fresh snapshot that says so', async () => {
    await using own = await startPrivateRedis();
    const clock = createManualClock();
    await using alone = await startLiveRig({ redisUrl: own.url, readSnapshot: store.readSnapshot, clock });
    using client = await connectClient(alone.url, 'key-a');
    const { cursor } = await subscribed(client, { agent_id: 'wiped' });
    await alone.append('a', [log('before', { agent_id: 'wiped' })]);
    await until(() => client.items('log_entry').length === 1);

    await alone.redis.flushall();
    clock.advance(3_000);
    await until(() => client.resyncs.length > 0);
    expect(client.resyncs[0]).toEqual({ reason: 'epoch' });
    const answer = await subscribed(client, { agent_id: 'wiped', since_cursor: client.cursor() });
    expect(answer).toMatchObject({ resumed: false, snapshot: { agent_id: 'wiped' } });
    expect(answer.cursor.split(':')[0]).not.toBe(cursor.split(':')[0]);
    await alone.append('a', [log('after', { agent_id: 'wiped' })]);
    await until(() => client.items('log_entry').length === 2);

    own.kill();
    await until(() => isGone(own.pid));
    await own.restart();
    await until(() => {
      clock.advance(3_000);
      return client.resyncs.length > 1;
    });
    await until(async () => (await client.subscribe({ agent_id: 'wiped', since_cursor: client.cursor() })).ok);
    await until(async () => {
      await alone.append('a', [log('alive again', { agent_id: 'wiped' })]).catch(() => undefined);
      clock.advance(1_000);
      return client.items('log_entry').at(-1)?.message === 'alive again';
    });
  });
});

describe('a key that is revoked', () => {
  it('stops receiving: its sockets are closed at the next look', async () => {
    const clock = createManualClock();
    const access = new Map([
      ['short-lived', openTo('a')],
      ['kept', openTo('a')],
    ]);
    await using own = await startLiveRig({ redisUrl: redis.url, readSnapshot: store.readSnapshot, clock, access });
    using client = await connectClient(own.url, 'short-lived');
    using kept = await connectClient(own.url, 'kept');
    await subscribed(client, { agent_id: 'watched' });
    access.delete('short-lived');
    clock.advance(10_000);
    await until(() => !client.socket.connected);
    expect(kept.socket.connected).toBe(true);
  });

  it('is not good for one more subscription', async () => {
    rig.access.set('gone-soon', openTo('a'));
    using client = await connectClient(rig.url, 'gone-soon');
    rig.access.delete('gone-soon');
    expect(await client.subscribe({ agent_id: 'x' })).toMatchObject({ ok: false, error: { code: 'unauthenticated' } });
    await until(() => !client.socket.connected);
  });
});

import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createUuidV7 } from '@telltale/runtime/uuid-v7';
import { until } from '@telltale/testkit/until';
import { Client } from 'pg';
import type { Play } from '../frame/play.ts';
import type { Scenario } from '../frame/scenario.ts';
import { createRecordMaker } from '../load/make-records.ts';
import { openLedger, type Ledger } from '../oracle/ledger.ts';
import { redisDo } from '../stage/redis-do.ts';
import { team } from '../stage/stage.ts';

const corpus = fileURLToPath(new URL('../../poison', import.meta.url));
/** Neighbours of poison are stored within this time. */
const storedWithinMs = 10_000;

/**
 * What becomes of a record at the door. `stored`: it is only strange. `rejected`: it alone is refused, with a reason.
 * `refused`: its text is no JSON, so nothing of the body can be read, and the sender is told.
 */
const outcomes = ['stored', 'rejected', 'refused'] as const;
type Poison = { name: string; outcome: (typeof outcomes)[number]; text: Buffer };

const replaced = (text: Buffer, token: string, value: string): Buffer =>
  Buffer.from(text.toString('latin1').replaceAll(token, value), 'latin1');

/** One file a poison; `@ID@` and `@AT@` stand for an id and the present time. */
export function readCorpus(): Poison[] {
  const nextId = createUuidV7();
  return outcomes.flatMap((outcome) =>
    readdirSync(`${corpus}/${outcome}`).map((file) => {
      const text = readFileSync(`${corpus}/${outcome}/${file}`);
      const filled = replaced(replaced(text, '@ID@', nextId()), '@AT@', new Date().toISOString());
      return { name: file.replace(/\.json$/, ''), outcome, text: filled };
    }),
  );
}

type Answer = { accepted?: number; rejected?: { index: number; pointer: string; code: string; detail: string }[] };

/** Every poison between two good records, over HTTP: only the poison is refused, and the reason names its place. */
async function throughTheGateway(play: Play, poisons: readonly Poison[], good: () => [string, string]): Promise<void> {
  for (const { name, outcome, text } of poisons) {
    const [before, after] = good();
    const wrap = (middle: Buffer): Buffer =>
      Buffer.concat([Buffer.from(`{"records":[${before},`), middle, Buffer.from(`${after}]}`)]);
    const { status, text: reply } = await play.api.post('/telemetry', wrap(Buffer.concat([text, Buffer.from(',')])));
    play.hit(`${outcome} at the door`);
    if (outcome === 'refused') {
      if (status < 400 || status >= 500) play.problem(`${name} was answered with ${status}: ${reply}`);
      const again = await play.api.post('/telemetry', wrap(Buffer.alloc(0)));
      if (again.status !== 202) play.problem(`the neighbours of ${name} were answered with ${again.status}`);
      continue;
    }
    const answer = status === 202 ? (JSON.parse(reply) as Answer) : {};
    const rejected = answer.rejected ?? [];
    const right =
      outcome === 'stored'
        ? answer.accepted === 3 && rejected.length === 0
        : answer.accepted === 2 && rejected.length === 1 && rejected[0]?.index === 1 && rejected[0].detail !== '';
    if (!right) play.problem(`${name} was answered with ${status}: ${reply.slice(0, 300)}`);
  }
}

/** The same straight into the stream, as a faulty door would: stored or a dead letter, the neighbours stored. */
async function throughTheStream(play: Play, poisons: readonly Poison[], good: () => [string, string]): Promise<void> {
  for (const [index, { text }] of poisons.entries()) {
    const [before, after] = good();
    const producer = `faulty-${index}-${randomUUID()}`;
    const head = `{"v":1,"team_id":"${team}","producer_id":"${producer}","seq":1,"ids_hash":"${'0'.repeat(64)}"`;
    const tail = `"received_at":"${new Date().toISOString()}","rejected":0,"floor":1,"issued":3`;
    const payload = Buffer.concat([
      Buffer.from(`${head},${tail},"records":[${before},`),
      text,
      Buffer.from(`,${after}]}`),
    ]);
    const shard = String(index % 16).padStart(2, '0');
    const fields = ['t', team, 'p', producer, 's', '1', 'd', payload] as const;
    await redisDo(play.redis.url, 'XADD', `tt:{r${shard}}:batches`, '*', ...fields);
    play.hit('in the stream');
  }
}

async function count(play: Play, query: string): Promise<number> {
  const client = new Client({ connectionString: play.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ n: string }>(query, [team]);
    return Number(rows[0]?.n);
  } finally {
    await client.end();
  }
}

/** Two records that the oracle expects, where it has a ledger for them; each call makes new ones. */
function neighbours(ledger?: Ledger): () => [string, string] {
  const make = createRecordMaker({ seed: 4_242, name: 'neighbour', now: Date.now });
  return () => {
    const pair = [make(), make()] as const;
    ledger?.issue(pair);
    return [JSON.stringify(pair[0]), JSON.stringify(pair[1])];
  };
}

export const poison: Scenario = {
  name: 'poison',
  what: 'every file of tests/faults/poison between two good records, through the gateway and straight into the stream',
  atLeast: 100,
  tolerates: ['foreign'],
  async play(play) {
    const poisons = readCorpus();
    if (poisons.length < 60) play.problem(`the corpus has only ${poisons.length} files`);
    const ledger = openLedger(play.addLedger('neighbours'));
    const good = neighbours(ledger);
    await throughTheGateway(play, poisons, good);
    // What is no JSON at all costs its batch: nobody can tell where a neighbour begins.
    const again = readCorpus();
    const readable = again.filter(({ outcome }) => outcome !== 'refused');
    const unreadable = again.filter(({ outcome }) => outcome === 'refused');
    await throughTheStream(play, readable, good);
    ledger.acknowledge(ledger.issued());
    await throughTheStream(play, unreadable, neighbours());
    const expected = 2 * poisons.length + poisons.filter(({ outcome }) => outcome === 'stored').length;
    await until(
      async () => {
        const lines = await count(play, 'select sum(stored + dead_lettered) as n from producer where team_id = $1');
        return lines >= expected + 3 * readable.length;
      },
      { timeoutMs: storedWithinMs * 3, everyMs: 100, what: 'all neighbours stored and all poison put somewhere' },
    );
    const nameless = await count(
      play,
      `select count(*) as n from dead_letter where team_id = $1 and (reason = '' or detail = '')`,
    );
    if (nameless > 0) play.problem(`${nameless} dead letters have no reason`);
    const letters = await count(play, 'select count(*) as n from dead_letter where team_id = $1');
    if (letters === 0) play.problem('nothing of the poison became a dead letter');
    play.hit('dead letters', letters);
    await play.recovered();
  },
};

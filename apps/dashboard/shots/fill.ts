import { demoDiff } from './demo-diff.ts';
import { demoMoment, demoRecords } from './demo-records.ts';

type Door = { url: string; key: string; team: string };

async function ask({ url, key, team }: Door, path: string, body: BodyInit, type?: string): Promise<object> {
  const answer = await fetch(`${url}/api/v1${path}${path.includes('?') ? '&' : '?'}team_id=${team}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, ...(type === undefined ? {} : { 'content-type': type }) },
    body,
  });
  const said: unknown = await answer.json();
  if (!answer.ok || typeof said !== 'object' || said === null) throw new Error(JSON.stringify(said).slice(0, 500));
  return said;
}

const budgets = [
  { name: 'Billing crew, daily', subject: 'team', period: 'day', limit_usd: '25' },
  { subject: 'agent', period: 'day', limit_usd: '2.5' },
  { name: 'Reviews', subject: 'agent', subject_id: 'reviewer', period: 'hour', limit_tokens: 400_000, kind: 'soft' },
];

/** What the failed task left behind, in the store. */
async function keepDiff(door: Door): Promise<void> {
  const form = new FormData();
  form.set('artifact_type', 'diff');
  form.set('task_id', 'INV-104');
  form.set('agent_id', 'reviewer');
  form.set('content', new Blob([demoDiff], { type: 'text/x-diff' }), 'changes.diff');
  await ask(door, '/artifacts', form);
}

const json = 'application/json';

async function send(door: Door, records: readonly object[]): Promise<void> {
  const said = await ask(door, '/telemetry?wait=stored', JSON.stringify({ records }), json);
  const refused: unknown = Reflect.get(said, 'rejected');
  if (Array.isArray(refused) && refused.length > 0) throw new Error(JSON.stringify(said).slice(0, 500));
}

/** Sends the demonstration's records to a team and waits until they are stored; sets budgets, and keeps an artifact. */
export async function fillTeam(door: Door): Promise<{ nonce: string }> {
  const now = Date.now();
  const nonce = now.toString(36);
  const records = demoRecords(now, nonce);
  for (const budget of budgets) await ask(door, '/budgets', JSON.stringify(budget), json);
  for (let from = 0; from < records.length; from += 1_000) await send(door, records.slice(from, from + 1_000));
  await keepDiff(door);
  return { nonce };
}

const everyMs = 4_000;

/** Lets the agents that go on do so until disposed. */
export function keepAlive(door: Door, nonce: string): Disposable {
  let turn = 0;
  const timer = setInterval(() => {
    turn += 1;
    // One that is lost is not missed: the next says how things are then.
    void send(door, demoMoment(Date.now(), nonce, turn)).catch(() => undefined);
  }, everyMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

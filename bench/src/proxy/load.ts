import { Agent, request } from 'node:http';

const body = Buffer.from(
  JSON.stringify({
    model: 'claude-sonnet-4-5',
    max_tokens: 1024,
    stream: true,
    messages: Array.from({ length: 20 }, (_value, at) => ({ role: 'user', content: `turn ${at} `.repeat(80) })),
  }),
);

/** One call: milliseconds until the first byte of the answer's body. */
export function call(base: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const asked = request(
      `${base}/v1/messages`,
      { method: 'POST', agent, headers: { 'content-type': 'application/json', 'content-length': body.length } },
      (answer) => {
        let first = 0;
        answer.on('data', () => {
          first ||= performance.now() - started;
        });
        answer.once('end', () => resolve(first));
        answer.once('error', reject);
      },
    );
    asked.once('error', reject);
    asked.end(body);
  });
}

/** Calls at a steady rate, whether or not the ones before were answered; milliseconds until the first byte of each. */
async function atRate(base: string, agent: Agent, perSecond: number, calls: number): Promise<number[]> {
  const started = performance.now();
  const open: Promise<number>[] = [];
  while (open.length < calls) {
    const due = Math.floor(((performance.now() - started) / 1_000) * perSecond) + 1;
    while (open.length < Math.min(due, calls)) open.push(call(base, agent));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return Promise.all(open);
}

/** How long a way has its turn. */
const turnSeconds = 0.5;

/**
 * Each way at a steady rate, in turns of half a second: what the machine does beside them hits all of them alike, and none
 * waits for another. The first turn of each is left out.
 */
export async function inTurns(bases: readonly string[], perSecond: number, seconds: number): Promise<number[][]> {
  const ways = bases.map((base) => ({ base, agent: new Agent({ keepAlive: true }), times: [] as number[] }));
  for (let turn = 0; turn <= seconds / turnSeconds; turn += 1)
    for (const { base, agent, times } of ways) {
      const some = await atRate(base, agent, perSecond, perSecond * turnSeconds);
      if (turn > 0) times.push(...some);
    }
  for (const { agent } of ways) agent.destroy();
  return ways.map(({ times }) => times);
}

/** As many calls as go through, some at once; per second. */
export async function throughput(base: string, seconds: number, atOnce = 32): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const end = performance.now() + seconds * 1_000;
  let done = 0;
  const client = async (): Promise<void> => {
    while (performance.now() < end) {
      await call(base, agent);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, client));
  agent.destroy();
  return done / seconds;
}

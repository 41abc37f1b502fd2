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

/**
 * Calls at a steady rate to each, whether or not the ones before were answered. Each has its own moment within the period,
 * so that none waits in this process behind a call to another.
 */
export async function atRate(bases: readonly string[], perSecond: number, seconds: number): Promise<number[][]> {
  const warmUp = perSecond / 2;
  const started = performance.now();
  const ways = bases.map((base, at) => ({
    base,
    agent: new Agent({ keepAlive: true }),
    phase: at / bases.length,
    sent: 0,
    times: [] as number[],
  }));
  const open: Promise<void>[] = [];
  while (ways.some(({ sent }) => sent < perSecond * seconds)) {
    for (const way of ways) {
      const due = Math.floor(((performance.now() - started) / 1_000) * perSecond - way.phase);
      for (; way.sent < Math.min(due, perSecond * seconds); way.sent += 1) {
        const counts = way.sent >= warmUp;
        open.push(call(way.base, way.agent).then((ms) => void (counts && way.times.push(ms))));
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(open);
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

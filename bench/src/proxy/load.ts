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

/** Calls at a steady rate to both, in turn, whether or not the ones before were answered. */
export async function atRate(bases: readonly string[], perSecond: number, seconds: number): Promise<number[][]> {
  const agents = bases.map(() => new Agent({ keepAlive: true }));
  const times: number[][] = bases.map(() => []);
  const open: Promise<void>[] = [];
  const started = performance.now();
  const warmUp = perSecond / 2;
  for (let sent = 0; sent < perSecond * seconds;) {
    const due = Math.floor(((performance.now() - started) / 1_000) * perSecond);
    for (; sent < due; sent += 1) {
      const count = sent;
      for (const [at, base] of bases.entries()) {
        const agent = agents[at] as Agent;
        open.push(call(base, agent).then((ms) => void (count >= warmUp && times[at]?.push(ms))));
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(open);
  for (const agent of agents) agent.destroy();
  return times;
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

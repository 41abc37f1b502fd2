import { percentiles, type Lags } from '../percentiles.ts';
import { createUsageMeter } from '../usage.ts';
import { teamId } from './fill-store.ts';
import type { Question } from './questions.ts';

/** Lags are from the request to the end of the answer; CPU is that of the gateway and of PostgreSQL for one of them. */
export type Asked = { lags: Lags; cpuMs: number };

/** Asks each question again and again, one at a time, each turn about another agent, user or session. */
export async function askAll(
  questions: readonly Question[],
  { url, key, turns, pids }: { url: string; key: string; turns: number; pids: { gateway: number; postgres: number } },
): Promise<Map<string, Asked>> {
  const ask = async (path: string): Promise<void> => {
    const address = `${url}/api/v1${path}${path.includes('?') ? '&' : '?'}team_id=${teamId}`;
    const answer = await fetch(address, { headers: { authorization: `Bearer ${key}` } });
    const text = await answer.text();
    // A small store has not every session and task.
    if (!answer.ok && answer.status !== 404) throw new Error(`${path}: ${answer.status} ${text}`);
  };
  using meter = createUsageMeter();
  meter.watch('gateway', pids.gateway);
  meter.watch('postgres', pids.postgres, { tree: true });
  const asked = new Map<string, Asked>();
  // A gateway that has just started compiles what it runs: every question is asked once before any is measured.
  for (const { path } of questions) await ask(path(turns));
  for (const { name, path } of questions) {
    const took: number[] = [];
    // The first fills the caches with what the question reads whoever it is about.
    await ask(path(turns + 1));
    meter.mark();
    for (let turn = 0; turn < turns; turn += 1) {
      const begin = performance.now();
      await ask(path(turn));
      took.push(performance.now() - begin);
    }
    const cpuSeconds = [...meter.read().values()].reduce((sum, usage) => sum + usage.cpuSeconds, 0);
    asked.set(name, { lags: percentiles(took), cpuMs: (cpuSeconds * 1000) / turns });
  }
  return asked;
}

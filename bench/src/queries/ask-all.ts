import { createUsageMeter } from '../usage.ts';
import { teamId } from './fill-store.ts';
import { watchMachine, type MachineLoad } from './machine-load.ts';
import type { Known, Question } from './questions.ts';

type Pids = { gateway: number; postgres: number };

/** Milliseconds from the request to the end of the answer, and the CPU time of gateway and PostgreSQL for one of them. */
export type Asked = { took: number[]; cpuMs: number };

/** `bare`: what a request that asks nothing took, one before each question, on the same machine at the same time. */
export type AskedAll = { questions: Map<string, Asked>; bare: number[]; load: MachineLoad };

/** Asks each question again and again, one at a time, each turn about another agent, user or session. */
export async function askAll(
  questions: readonly Question[],
  { url, key, turns, pids, known }: { url: string; key: string; turns: number; pids: Pids; known: Known },
): Promise<AskedAll> {
  const ask = async (path: string): Promise<number> => {
    const begin = performance.now();
    const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}` } });
    const text = await answer.text();
    // A kept store has no call to a tool in the last hour.
    if (!answer.ok && answer.status !== 404) throw new Error(`${path}: ${answer.status} ${text}`);
    return performance.now() - begin;
  };
  const addressOf = (path: string): string => `/api/v1${path}${path.includes('?') ? '&' : '?'}team_id=${teamId}`;
  // Looked at between questions alone: the client must not be busy while it waits for an answer.
  using meter = createUsageMeter({ lookEveryMs: null });
  meter.watch('gateway', pids.gateway);
  meter.watch('postgres', pids.postgres, { tree: true });
  const readCpuSeconds = (): number => [...meter.read().values()].reduce((sum, usage) => sum + usage.cpuSeconds, 0);

  // A gateway that has just started compiles what it runs: every question is asked once before any is measured.
  for (const { path } of questions) await ask(addressOf(path(turns, known)));
  const asked = new Map<string, Asked>();
  const bare: number[] = [];
  const readLoad = watchMachine();
  const own = process.cpuUsage();
  meter.mark();
  let usedSeconds = 0;
  for (const { name, path } of questions) {
    // The first fills the caches with what the question reads whoever it is about.
    await ask(addressOf(path(turns + 1, known)));
    const took: number[] = [];
    const before = readCpuSeconds();
    for (let turn = 0; turn < turns; turn += 1) {
      bare.push(await ask('/livez'));
      took.push(await ask(addressOf(path(turn, known))));
    }
    usedSeconds = readCpuSeconds();
    asked.set(name, { took, cpuMs: ((usedSeconds - before) * 1000) / turns });
  }
  const { user, system } = process.cpuUsage(own);
  return { questions: asked, bare, load: readLoad(usedSeconds + (user + system) / 1_000_000) };
}

import { createUsageMeter } from '../usage.ts';
import { teamId } from './fill-store.ts';
import { watchMachine, type MachineLoad } from './machine-load.ts';
import type { Known, Question } from './questions.ts';

/** A gateway on a store of so many records, and what that store has. */
export type Asker = { size: number; url: string; key: string; known: Known; pid: number };

/** Milliseconds from the request to the end of the answer, and the CPU time of gateway and PostgreSQL for one of them. */
export type Asked = { took: number[]; cpuMs: number };

/** `bare`: what a request that asks nothing took, one before each question, on the same machine at the same time. */
export type AskedAll = { size: number; questions: Map<string, Asked>; bare: number[] };

async function ask({ url, key }: Asker, path: string): Promise<number> {
  const begin = performance.now();
  const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}` } });
  const text = await answer.text();
  // A kept store has no call to a tool in the last hour.
  if (!answer.ok && answer.status !== 404) throw new Error(`${path}: ${answer.status} ${text}`);
  return performance.now() - begin;
}

const addressOf = (path: string): string => `/api/v1${path}${path.includes('?') ? '&' : '?'}team_id=${teamId}`;

/**
 * Asks each question again and again, one at a time, each turn about another agent, user or session: of one store and, right
 * after it, of the next, because a machine that others use too is faster one minute than the other.
 */
export async function askAll(
  questions: readonly Question[],
  { stores, postgresPid, turns }: { stores: readonly Asker[]; postgresPid: number; turns: number },
): Promise<{ measured: AskedAll[]; load: MachineLoad }> {
  // Looked at between questions alone: the client must not be busy while it waits for an answer.
  using meter = createUsageMeter({ lookEveryMs: null });
  meter.watch('postgres', postgresPid, { tree: true });
  for (const { pid } of stores) meter.watch('gateways', pid);
  const readCpuSeconds = (): number => [...meter.read().values()].reduce((sum, usage) => sum + usage.cpuSeconds, 0);

  // A gateway that has just started compiles what it runs: every question is asked once before any is measured.
  for (const store of stores) {
    for (const { path } of questions) await ask(store, addressOf(path(turns, store.known)));
  }
  const measured = stores.map((store) => ({ store, questions: new Map<string, Asked>(), bare: [] as number[] }));
  const readLoad = watchMachine();
  const own = process.cpuUsage();
  meter.mark();
  let usedSeconds = 0;
  for (const { name, path } of questions) {
    for (const { store, questions: asked, bare } of measured) {
      // The first fills the caches with what the question reads whoever it is about.
      await ask(store, addressOf(path(turns + 1, store.known)));
      const took: number[] = [];
      const before = readCpuSeconds();
      for (let turn = 0; turn < turns; turn += 1) {
        bare.push(await ask(store, '/livez'));
        took.push(await ask(store, addressOf(path(turn, store.known))));
      }
      usedSeconds = readCpuSeconds();
      asked.set(name, { took, cpuMs: ((usedSeconds - before) * 1000) / turns });
    }
  }
  const { user, system } = process.cpuUsage(own);
  return {
    measured: measured.map(({ store, ...rest }) => ({ size: store.size, ...rest })),
    load: readLoad(usedSeconds + (user + system) / 1_000_000),
  };
}

import { startServers } from '../stage/servers.ts';
import type { Result } from './result.ts';
import { runScenario } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';

export type Chosen = { scenario: Scenario; seed: number };

/**
 * Plays scenarios in order, in as many lanes at a time as asked for: they wait more than they work. Each lane has a
 * PostgreSQL of its own, which its scenarios may stop. Answers all results in the order of the scenarios; `onResult`
 * hears of each as it comes, with all that are known by then.
 */
export async function playAll(
  chosen: readonly Chosen[],
  options: {
    lanes: number;
    scale: number;
    patience?: number;
    signal?: AbortSignal;
    onResult?: (result: Result, known: readonly Result[]) => void;
  },
): Promise<Result[]> {
  const { lanes, scale, patience = 1, signal, onResult = () => undefined } = options;
  const results: (Result | undefined)[] = chosen.map(() => undefined);
  const known = (): Result[] => results.filter((result) => result !== undefined);
  const left = [...chosen.entries()];
  const lane = async (): Promise<void> => {
    await using servers = await startServers();
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [index, { scenario, seed }] = next;
      const own = { servers, seed, scale, patience, ...(signal === undefined ? {} : { signal }) };
      const result = await runScenario(scenario, own);
      results[index] = result;
      onResult(result, known());
    }
  };
  const running = await Promise.allSettled(Array.from({ length: Math.min(lanes, chosen.length) }, lane));
  for (const end of running) if (end.status === 'rejected') throw end.reason;
  return known();
}

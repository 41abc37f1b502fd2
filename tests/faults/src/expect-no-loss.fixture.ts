import { beforeAll, expect, test } from 'vitest';
import { playAll } from './frame/play-all.ts';
import type { Result } from './frame/result.ts';
import type { Scenario } from './frame/scenario.ts';

/** The suite's own loads are for `npm run faults`; here the faults count. */
const scale = 0.05;
/** Other tests run at the same time. */
const patience = 5;

/** They wait more than they work: two at a time take little more than half as long. */
const lanes = 2;

/** One test for each scenario, all played before the first of them. */
export function expectNoLoss(scenarios: readonly Scenario[]): void {
  let results: readonly Result[];
  beforeAll(async () => {
    const chosen = scenarios.map((scenario, index) => ({ scenario, seed: 100 + index }));
    results = await playAll(chosen, { lanes, scale, patience });
  }, 600_000);

  test.each(scenarios)('nothing is lost, doubled or miscounted: $what', ({ name }) => {
    const result = results.find((one) => one.name === name);
    expect(result?.problems).toEqual([]);
    expect(result?.verdict).toMatchObject({ missing: 0, duplicates: 0, damaged: 0 });
    expect(Object.keys(result?.faults ?? {}).length).toBeGreaterThan(0);
  });
}

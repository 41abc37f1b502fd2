import { afterAll, beforeAll, expect, test } from 'vitest';
import { runScenario } from './frame/run-scenario.ts';
import { inNpmTest } from './scenarios/in-npm-test.ts';
import { startServers, type Servers } from './stage/servers.ts';

/** The suite's own loads are for `npm run faults`; here the faults count. */
const scale = 0.05;
/** Other tests run at the same time. */
const patience = 5;

let servers: Servers;
beforeAll(async () => {
  servers = await startServers();
});
afterAll(() => servers[Symbol.asyncDispose]());

test.each(inNpmTest.map((scenario, index) => ({ ...scenario, scenario, seed: 100 + index })))(
  'nothing is lost, doubled or miscounted: $what',
  async ({ scenario, seed }) => {
    const { problems, verdict, faults } = await runScenario(scenario, { servers, seed, scale, patience });
    expect(problems).toEqual([]);
    expect(verdict).toMatchObject({ missing: 0, duplicates: 0, damaged: 0 });
    expect(Object.keys(faults).length).toBeGreaterThan(0);
  },
  300_000,
);

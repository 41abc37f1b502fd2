import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunRow } from '@telltale/contracts/http/runs';
import { createRestClient } from '@telltale/sdk/rest/rest-client';
import { createTelltaleApi } from '@telltale/sdk/rest/telltale-api';
import { until } from '@telltale/testkit/until';

const root = join(import.meta.dirname, '../../..');
const telltale = join(root, 'apps/cli/src/main.ts');

export type Ran = { code: number | null; stdout: string; stderr: string };

async function outputOf(child: ChildProcess): Promise<Ran> {
  const parts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.on('data', (bytes: Buffer) => (parts[name] += bytes.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...parts };
}

export type Product = AsyncDisposable & {
  url: string;
  /** The operator's own. */
  key: string;
  run(
    agent: string,
    flags: readonly string[],
    argv: readonly string[],
    env: Record<string, string>,
    cwd: string,
  ): Promise<Ran>;
  /** The newest run of an agent, once it ended and what it did is counted. */
  newestRun(agent: string): Promise<RunRow>;
  /** What the agents under one did together; the cost in micro-dollars. */
  under(agent: string): Promise<{ calls: number; input: number; output: number; cost: number | null }>;
};

/** The product as a person starts it, in a folder of its own. */
export async function startProduct(folder: string, port: number): Promise<Product> {
  const dataDir = join(folder, 'data');
  const base = { PATH: process.env['PATH'] ?? '', HOME: folder, TELLTALE_METRICS_PORT: 'off' };
  const up = spawn(process.execPath, [telltale, 'up', '--data-dir', dataDir, '--port', String(port), '--no-sample'], {
    env: base,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  const ready = async (): Promise<boolean> => (await fetch(`${url}/readyz`).catch(() => null))?.ok === true;
  await until(ready, { timeoutMs: 180_000, what: 'the product ready' });
  const key = readFileSync(join(dataDir, 'operator.key'), 'utf8').trim();
  const api = createTelltaleApi(createRestClient({ url, key }));

  return {
    url,
    key,
    run: (agent, flags, argv, env, cwd) =>
      outputOf(
        spawn(
          process.execPath,
          [telltale, 'run', '--data-dir', dataDir, '--agent', agent, '--quiet', ...flags, '--', ...argv],
          { env: { ...base, ...env }, cwd, stdio: ['ignore', 'pipe', 'pipe'] },
        ),
      ),
    async newestRun(agent) {
      let last = '';
      return until(
        async () => {
          const run = (await api.runs({ agent_id: agent, limit: 1 })).runs[0];
          const now = JSON.stringify(run);
          const settled = run?.status === 'ended' && now === last;
          last = now;
          return settled && run !== undefined ? run : null;
        },
        { timeoutMs: 60_000, everyMs: 1_500, what: `the run of ${agent} counted` },
      );
    },
    async under(agent) {
      const { agents } = await api.agents({ parent_agent_id: agent, limit: 100 });
      const sum = (of: (row: (typeof agents)[number]) => number): number =>
        agents.reduce((total, row) => total + of(row), 0);
      const cost = agents.length === 0 ? null : Math.round(sum(({ cost_usd }) => cost_usd ?? 0) * 1e6);
      return {
        calls: sum(({ llm_calls, llm_errors }) => llm_calls - llm_errors),
        input: sum(({ input_tokens }) => input_tokens),
        output: sum(({ output_tokens }) => output_tokens),
        cost,
      };
    },
    async [Symbol.asyncDispose]() {
      up.kill('SIGTERM');
      await once(up, 'exit');
    },
  };
}

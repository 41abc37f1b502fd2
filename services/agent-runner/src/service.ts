import type { Clock } from '@telltale/runtime/clock';
import { exposeMetrics } from '@telltale/runtime/expose-metrics';
import { createLifecycle } from '@telltale/runtime/lifecycle';
import type { Log } from '@telltale/runtime/log';
import { createMetrics } from '@telltale/runtime/metrics';
import manifest from '../package.json' with { type: 'json' };
import type { AgentRunnerConfig } from './config.ts';
import { openRunnerLink } from './link/open-runner-link.ts';
import { openTaskHooks } from './task-artifacts/open-task-hooks.ts';
import { openTasks } from './tasks/open-tasks.ts';
import { createSampler } from './tree/create-sampler.ts';

/**
 * Links this host to its gateway: finds or starts the keeper of its runs, passes on what is asked of them, and says that it
 * lives. It owns no run itself, so its end ends none. Beside the stream it also runs the sample crew.
 */
export async function createAgentRunner(options: {
  config: AgentRunnerConfig;
  clock: Clock;
  log: Log;
}): Promise<AsyncDisposable> {
  const { config, clock, log } = options;
  const { redisUrl, gateway, sampleIntervalMs, spoolRoot, env, intake } = config;
  const { version } = manifest;
  const lifecycle = createLifecycle({ log });
  try {
    const sampler = lifecycle.use('sampler', createSampler({ clock, log, sampleIntervalMs }));
    const metrics = createMetrics({ service: 'agent-runner', version });
    let crews = 0;
    metrics.gauge({ name: 'telltale_crews_running', help: 'Crews that this instance runs now.' }, (gauge) =>
      gauge.set(crews),
    );
    lifecycle.use('metrics', await exposeMetrics({ metrics, host: config.host, port: config.metricsPort, log }));
    if (gateway !== null) {
      const link = lifecycle.use('link', await openRunnerLink({ gateway, sampleIntervalMs, env, version, clock, log }));
      if (config.tasks !== null) {
        const around = { repoPool: config.repoPool, team: config.tasks.team, keeper: link.keeper, gateway, spoolRoot };
        const hooks = await openTaskHooks(lifecycle, { ...around, env, clock, log });
        lifecycle.use('tasks', await openTasks({ settings: config.tasks, link, gateway, env, hooks, clock, log }));
      }
    }
    if (redisUrl !== null) {
      // A runner on another host needs nothing of what speaks to the stream.
      const { serveSampleJobs } = await import('./sample-crew/serve-sample-jobs.ts');
      const spools = { root: spoolRoot, url: gateway?.url ?? 'stream' };
      const onCrews = (count: number): void => void (crews = count);
      lifecycle.use('jobs', await serveSampleJobs({ redisUrl, spools, intake, env, sampler, onCrews, clock, log }));
    }
    return lifecycle;
  } catch (error) {
    await lifecycle[Symbol.asyncDispose]();
    throw error;
  }
}

import { type Command, Option } from 'commander';
import { costGroup, type CostGroup } from '@telltale/contracts/http/metrics-detail';
import type { Context } from '../context.ts';
import { withClientFlags } from './client-flags.ts';
import {
  parseWholeNumber,
  withFilters,
  withLabels,
  withLimit,
  withOffset,
  withPeriod,
  type FilterFlags,
  type FilterName,
  type PeriodFlags,
} from './query-flags.ts';

const all: readonly FilterName[] = ['agent', 'session', 'task', 'run', 'model', 'user', 'project', 'host'];
/** What latencies of tools and services are kept by. */
const places: readonly FilterName[] = ['agent', 'user', 'project', 'host'];

/** `telltale summary|costs|tools|services|slow|errors`: what a period came to. */
export function addMetricsCommands(program: Command, context: Context): void {
  const add = (name: string, description: string, filters = all): Command =>
    withLabels(withFilters(withPeriod(withClientFlags(program.command(name).description(description))), ...filters));

  add('summary', 'What a period came to: sessions, cost, tokens, calls, tools, beside the period before.').action(
    async (flags: PeriodFlags & FilterFlags) => {
      const { summary } = await import('../query/summary.ts');
      await summary(flags, context);
    },
  );
  add('costs', 'What a period cost, by model or whatever else.')
    .addOption(new Option('--group-by <property>', 'what to sum up by').choices(costGroup.options).default('model'))
    .option('--time-zone <zone>', 'where days begin, such as Europe/Berlin (default: UTC)')
    .action(async (flags: PeriodFlags & FilterFlags & { groupBy: CostGroup; timeZone?: string }) => {
      const { costs } = await import('../query/costs.ts');
      await costs(flags, context);
    });
  withOffset(add('tools [name]', 'The tools, or one: calls, success rate, times, last error.', places)).action(
    async (name: string | undefined, flags: PeriodFlags & FilterFlags & { limit?: number; offset?: number }) => {
      const { tools } = await import('../query/tools.ts');
      await tools(name, flags, context);
    },
  );
  add('services [name]', 'The services, or one: those of models and others apart.', places).action(
    async (name: string | undefined, flags: PeriodFlags & FilterFlags) => {
      const { services } = await import('../query/services.ts');
      await services(name, flags, context);
    },
  );
  withLimit(add('slow', 'The slowest calls of models, tools and services.'))
    .option('--threshold-ms <ms>', 'from how long on (default: 5000)', parseWholeNumber(0, 86_400_000))
    .action(async (flags: PeriodFlags & FilterFlags & { limit?: number; thresholdMs?: number }) => {
      const { slow } = await import('../query/slow.ts');
      await slow(flags, context);
    });
  withLimit(add('errors', 'What failed last, and how often each tool did.')).action(
    async (flags: PeriodFlags & FilterFlags & { limit?: number }) => {
      const { errors } = await import('../query/errors.ts');
      await errors(flags, context);
    },
  );
}

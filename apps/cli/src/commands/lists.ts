import { type Command, Option } from 'commander';
import { lifecycle } from '@telltale/contracts/http/agents';
import { runStatus } from '@telltale/contracts/http/runs';
import { taskStatus } from '@telltale/contracts/records/task-event';
import type { Context } from '../context.ts';
import type { AgentFlags, AgentsFlags } from '../query/agents.ts';
import type { RunsFlags } from '../query/runs.ts';
import type { StopFlags } from '../runs/command-run.ts';
import type { TasksFlags } from '../query/tasks.ts';
import { withClientFlags, type ClientFlags } from './client-flags.ts';
import { addTaskOrders } from './tasks.ts';
import {
  parseWholeNumber,
  withFilters,
  withLabels,
  withOwnPeriod,
  withPage,
  withPeriod,
  type FilterFlags,
  type PageFlags,
  type PeriodFlags,
} from './query-flags.ts';

/** `telltale sessions|runs|tasks|agents list|show`. */
export function addListCommands(program: Command, context: Context): void {
  addSessions(program.command('sessions').description('Sessions: what a conversation did and cost.'), context);
  addRuns(program.command('runs').description('Runs: each execution of an agent process.'), context);
  addTasks(program.command('tasks').description('Tasks: units of work and their state.'), context);
  addAgents(program.command('agents').description('Agents: the named workers of a team.'), context);
}

const listOf = (group: Command, description: string): Command =>
  withPage(withClientFlags(group.command('list').description(description)));
const showOf = (group: Command, description: string): Command =>
  withClientFlags(group.command('show <id>').description(description));

function addSessions(group: Command, context: Context): void {
  const list = withPeriod(listOf(group, 'The sessions of a period, last active first.'));
  withLabels(withFilters(list, 'agent', 'task', 'run', 'model', 'user', 'project', 'host')).action(
    async (flags: PeriodFlags & PageFlags & FilterFlags) => {
      const { listSessions } = await import('../query/sessions.ts');
      await listSessions(flags, context);
    },
  );
  withPeriod(showOf(group, 'One session since its start, or of a period.'), 'all').action(
    async (id: string, flags: PeriodFlags) => {
      const { showOneSession } = await import('../query/sessions.ts');
      await showOneSession(id, flags, context);
    },
  );
}

function addRuns(group: Command, context: Context): void {
  withFilters(withPeriod(listOf(group, 'The runs that started in a period, newest first.')), 'agent', 'session', 'task')
    .addOption(new Option('--status <status>', 'only those').choices(runStatus.options))
    .action(async (flags: RunsFlags) => {
      const { listRuns } = await import('../query/runs.ts');
      await listRuns(flags, context);
    });
  addRunCommands(group, context);
  showOf(group, 'One run.').action(async (id: string, flags: ClientFlags) => {
    const { showOneRun } = await import('../query/runs.ts');
    await showOneRun(id, flags, context);
  });
}

const runActions = [
  ['pause', 'Hold a run still; its processes stay.'],
  ['resume', 'Let a paused run go on.'],
] as const;

function addRunCommands(group: Command, context: Context): void {
  for (const [action, description] of runActions) {
    withClientFlags(group.command(`${action} <id>`).description(description)).action(
      async (id: string, flags: ClientFlags) => {
        const { commandRun } = await import('../runs/command-run.ts');
        await commandRun(id, action, flags, context);
      },
    );
  }
  withClientFlags(group.command('stop [id]').description('Stop a run, the runs of an agent, or all of a team.'))
    .option('--agent <id>', 'all runs of this agent')
    .option('--all', 'all runs of the team; as --team <team> alone')
    .option('--yes', 'without asking first')
    .action(async (id: string | undefined, flags: StopFlags) => {
      const { stopRuns } = await import('../runs/command-run.ts');
      await stopRuns(id, flags, context);
    });
}

function addTasks(group: Command, context: Context): void {
  withFilters(withPeriod(listOf(group, 'The tasks that started in a period, newest first.')), 'agent', 'session')
    .option('--crew <id>', 'only of this crew')
    .addOption(new Option('--status <status>', 'only those').choices(taskStatus.options))
    .action(async (flags: TasksFlags) => {
      const { listTasks } = await import('../query/tasks.ts');
      await listTasks(flags, context);
    });
  addTaskOrders(group, context);
  showOf(group, 'One task: what went in, what it did, what came out.').action(
    async (id: string, flags: ClientFlags) => {
      const { showOneTask } = await import('../query/tasks.ts');
      await showOneTask(id, flags, context);
    },
  );
}

function addAgents(group: Command, context: Context): void {
  const list = listOf(group, 'The agents, with their totals since they were first seen, or of a period.');
  withFilters(withOwnPeriod(list), 'host')
    .option('--crew <id>', 'only of this crew')
    .addOption(new Option('--lifecycle <lifecycle>', 'only those').choices(lifecycle.options))
    .action(async (flags: AgentsFlags) => {
      const { listAgents } = await import('../query/agents.ts');
      await listAgents(flags, context);
    });
  const show = showOf(
    group,
    'What one agent is doing: process, use of models, git, last lines; or its totals of a period.',
  );
  withOwnPeriod(show)
    .option('--logs <count>', 'how many lines (default: 50)', parseWholeNumber(1, 100))
    .action(async (id: string, flags: AgentFlags) => {
      const { showOneAgent } = await import('../query/agents.ts');
      await showOneAgent(id, flags, context);
    });
}

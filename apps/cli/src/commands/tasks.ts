import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { CreateFlags } from '../tasks/create-task.ts';
import type { StartFlags, StopTeamFlags } from '../tasks/team-work.ts';
import { withClientFlags, type ClientFlags } from './client-flags.ts';
import { parseWholeNumber } from './query-flags.ts';

const collect = (value: string, before: string[] = []): string[] => [...before, value];

const withInputs = (command: Command): Command =>
  command
    .option('--input <name=value>', 'an input; name:=json for anything but a text; as often as needed', collect)
    .option('--inputs-file <file>', 'inputs as a JSON object');

/** `telltale tasks create|cancel`, into the group that lists and shows them. */
export function addTaskOrders(group: Command, context: Context): void {
  withInputs(withClientFlags(group.command('create <crew>').description('Make a task for a crew; prints its id.')))
    .option('--repo <url>', 'the repository that it works in')
    .option('--agent <id>', 'whose work it is (default: the first agent of the crew)')
    .option('--session <id>', 'the conversation it belongs to')
    .option('--key <text>', 'the same key and request make one task, however often it is sent')
    .option('--priority <n>', '0 to 9, higher goes first', parseWholeNumber(0, 9))
    .option('--attempts <n>', 'how often it is tried (default: as the crew says)', parseWholeNumber(1, 10))
    .option('--timeout <time>', 'end it after this time, such as 10m')
    .option('--idle-timeout <time>', 'end it after this time without output, call or git activity')
    .option('--max-cpu-seconds <n>', 'end it when all its processes together used this much processor time')
    .option('--max-memory <size>', 'end it when all its processes together hold more memory, such as 2GiB')
    .option('--max-processes <n>', 'end it when it has more processes')
    .option('--max-output <size>', 'end it when stdout and stderr together are longer')
    .option('--max-tokens <n>', 'hold its calls to models to this many tokens, input and output')
    .option('--max-usd <n>', 'hold its calls to models to this much money')
    .option('--max-idle-tokens <n>', 'end it when its calls used this many tokens and nothing came of it')
    .option('--wait', 'wait for its end; the exit code is 0 when it completed')
    .action(async (crew: string, flags: CreateFlags) => {
      const { createTask } = await import('../tasks/create-task.ts');
      await createTask(crew, flags, context);
    });
  withClientFlags(group.command('cancel <id>').description('Cancel a task; the run of one that runs is ended.')).action(
    async (id: string, flags: ClientFlags) => {
      const { cancelTask } = await import('../tasks/cancel-task.ts');
      await cancelTask(id, flags, context);
    },
  );
}

/** `telltale start|stop --team`: all crews of a team. */
export function addTeamWork(program: Command, context: Context): void {
  withInputs(withClientFlags(program.command('start').description('Make a task for every crew of a team.')))
    .option('--repo <url>', 'the repository of crews that work in one')
    .action(async (flags: StartFlags) => {
      const { startTeam } = await import('../tasks/team-work.ts');
      await startTeam(flags, context);
    });
  withClientFlags(program.command('stop').description('Cancel all tasks of a team that have not ended.'))
    .option('--yes', 'without asking first')
    .action(async (flags: StopTeamFlags) => {
      const { stopTeam } = await import('../tasks/team-work.ts');
      await stopTeam(flags, context);
    });
}

import { systemClock, type Clock } from '@telltale/runtime/clock';
import { durationText } from '@telltale/runtime/units';
import type { KeeperClient } from '@telltale/agent-runner/keeper/client';
import type { Context } from '../context.ts';
import { CliError } from '../failure.ts';
import { findKeeper } from './runner-folder.ts';

export type DrainFlags = { dataDir?: string; timeout?: string; stop?: boolean; undo?: boolean; quiet?: boolean };

const lookMs = 250;

/** Starts nothing any more and waits until nothing runs; exits 1 when runs are left after the time it was given. */
export async function drainRunner(flags: DrainFlags, context: Context): Promise<void> {
  const keeper = findKeeper(flags, context.env);
  const say = (line: string): void => (flags.quiet === true ? undefined : context.say(line));
  const withinMs = readTimeout(flags.timeout);
  await keeper.drain(flags.undo !== true);
  if (flags.undo === true) {
    say('this host takes work again');
    return;
  }
  if (flags.stop === true) await stopAll(keeper);
  const left = await awaitEmpty({ keeper, withinMs, say, clock: systemClock });
  if (left === 0) {
    say('nothing runs on this host, and nothing is started any more; `--undo` takes that back');
    return;
  }
  say(`${left} still run; they go on, and nothing is started any more`);
  context.exitCode = 1;
}

async function stopAll(keeper: KeeperClient): Promise<void> {
  const running = (await keeper.listRuns()).filter(({ status }) => status === 'running');
  await Promise.all(running.map(({ run_id }) => keeper.stopRun(run_id, 'telltale runner drain')));
}

async function awaitEmpty({
  keeper,
  withinMs,
  say,
  clock,
}: {
  keeper: Pick<KeeperClient, 'hello'>;
  withinMs: number;
  say: (line: string) => void;
  clock: Clock;
}): Promise<number> {
  const begun = clock.monotonic();
  let said = -1;
  for (;;) {
    const { running } = await keeper.hello();
    if (running !== said && running > 0) say(`${running} left`);
    said = running;
    if (running === 0 || clock.monotonic() - begun >= withinMs) return running;
    await clock.sleep(lookMs);
  }
}

function readTimeout(text: string | undefined): number {
  if (text === undefined) return Infinity;
  const parsed = durationText.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new CliError(`--timeout ${text}: is not a duration such as 10m`, { exitCode: 2 });
}

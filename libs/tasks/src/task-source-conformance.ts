import type { CrewAnnouncement } from '@telltale/contracts/http/crews';
import type { TaskOrder } from '@telltale/contracts/http/task-orders';
import { expect, test } from 'vitest';
import type { TaskSource } from './task-source.ts';

export type SourceRig = {
  source: TaskSource;
  /** Of the source's team. */
  create(task: {
    crewId: string;
    inputs?: Record<string, unknown>;
    priority?: number;
    repoUrl?: string;
  }): Promise<string>;
  cancel(taskId: string): Promise<void>;
  state(taskId: string): Promise<TaskOrder>;
  /** What was told of a task's status, oldest first: `RUNNING 1`. */
  told(taskId: string): Promise<string[]>;
};

export const aCrew = (crew_id: string, more: Partial<CrewAnnouncement> = {}): CrewAnnouncement => ({
  crew_id,
  description: '',
  inputs: null,
  agents: [],
  input_summary: [],
  limits: {},
  max_attempts: 1,
  backoff_ms: 0,
  retry_on: ['failed', 'killed', 'lost'],
  concurrency: 2,
  workspace: 'empty',
  ...more,
});

const never = new AbortController().signal;

/** What every transport of tasks has to do; each test makes crews of its own. */
export function describeTaskSource(rig: () => SourceRig): void {
  const announce = (runner_id: string, ...crews: CrewAnnouncement[]) =>
    rig().source.announce({ runner_id, host: 'vm-1', slots: 4, running: 0, crews });
  const leaseOf = (runner_id: string, crew_id: string, free = 1) =>
    rig().source.lease({ runner_id, host: 'vm-1', crews: [{ crew_id, free }], free }, never);
  const leaseOne = async (runner: string, crew: string) => {
    const [lease] = await leaseOf(runner, crew);
    if (lease === undefined) throw new Error('nothing was leased');
    return lease;
  };

  test('a task is taken once, by whoever asks first, and its end is told once', async () => {
    const { source, create, state, told } = rig();
    await announce('c-1', aCrew('once'));
    const taskId = await create({ crewId: 'once', inputs: { word: 'hi' } });
    const asked = await Promise.all([leaseOf('c-1', 'once', 4), leaseOf('c-2', 'once', 4)]);
    const leases = asked.flat();
    expect(leases).toMatchObject([{ task_id: taskId, attempt: 1, crew_id: 'once', inputs: { word: 'hi' } }]);
    const run_id = leases[0]?.run_id ?? '';
    const runner_id = asked[0]?.length === 1 ? 'c-1' : 'c-2';
    expect(await state(taskId)).toMatchObject({ status: 'RUNNING', run_id, runner_id });
    expect(await source.held(runner_id)).toMatchObject([{ task_id: taskId, run_id }]);
    const end = { runner_id, task_id: taskId, end_reason: 'completed', exit_code: 0 } as const;
    expect(await source.end(run_id, end)).toEqual({ taken: true, status: 'COMPLETED', attempt: 1 });
    expect(await source.end(run_id, end)).toEqual({ taken: false, status: 'COMPLETED', attempt: 1 });
    expect(await source.held(runner_id)).toEqual([]);
    expect(await told(taskId)).toEqual(['PENDING 1', 'RUNNING 1', 'COMPLETED 1']);
  });

  test('higher priority goes first, and each crew has its own queue', async () => {
    const { create } = rig();
    await announce('p-1', aCrew('first'), aCrew('other'));
    const low = await create({ crewId: 'first' });
    const high = await create({ crewId: 'first', priority: 9 });
    await create({ crewId: 'other' });
    const leases = await leaseOf('p-1', 'first', 4);
    expect(leases.map(({ task_id }) => task_id)).toEqual([high, low]);
  });

  test('what fails is tried again as often as its crew says, and fails once', async () => {
    const { source, create, state, told } = rig();
    await announce('r-1', aCrew('again', { max_attempts: 2 }));
    const taskId = await create({ crewId: 'again' });
    const first = await leaseOne('r-1', 'again');
    const end = {
      runner_id: 'r-1',
      task_id: taskId,
      end_reason: 'failed',
      exit_code: 2,
      error_message: 'bad',
    } as const;
    expect(await source.end(first.run_id, end)).toEqual({ taken: true, status: 'PENDING', attempt: 2 });
    const second = await leaseOne('r-1', 'again');
    expect(second).toMatchObject({ task_id: taskId, attempt: 2 });
    expect(second.run_id).not.toBe(first.run_id);
    expect(await source.end(first.run_id, end)).toMatchObject({ taken: false, status: 'RUNNING' });
    expect(await source.end(second.run_id, end)).toEqual({ taken: true, status: 'FAILED', attempt: 2 });
    expect(await state(taskId)).toMatchObject({ error_message: 'bad', ended_at: expect.any(String) });
    expect(await told(taskId)).toEqual(['PENDING 1', 'RUNNING 1', 'PENDING 2', 'RUNNING 2', 'FAILED 2']);
  });

  test('a limit is not tried again, and a run that never began does not count', async () => {
    const { source, create, told } = rig();
    await announce('l-1', aCrew('limited', { max_attempts: 3 }));
    const taskId = await create({ crewId: 'limited' });
    const first = await leaseOne('l-1', 'limited');
    const back = { runner_id: 'l-1', task_id: taskId, end_reason: 'lost', given_back: true } as const;
    expect(await source.end(first.run_id, back)).toMatchObject({ status: 'PENDING', attempt: 2 });
    const second = await leaseOne('l-1', 'limited');
    const end = { runner_id: 'l-1', task_id: taskId, end_reason: 'timeout' } as const;
    expect(await source.end(second.run_id, end)).toMatchObject({ status: 'FAILED' });
    expect((await told(taskId)).at(-1)).toBe('FAILED 2');
  });

  test('who holds a task hears that it is to be cancelled; one that waits is cancelled at once', async () => {
    const { source, create, cancel, state, told } = rig();
    await announce('x-1', aCrew('stopped', { max_attempts: 3 }));
    const taskId = await create({ crewId: 'stopped' });
    const lease = await leaseOne('x-1', 'stopped');
    const waiting = await create({ crewId: 'stopped' });
    const held = [{ task_id: taskId, run_id: lease.run_id }];
    expect(await source.renew('x-1', held)).toMatchObject([{ state: 'held' }]);
    await cancel(taskId);
    await cancel(waiting);
    expect(await source.renew('x-1', held)).toMatchObject([{ state: 'cancel', actor: expect.any(String) }]);
    expect(await state(waiting)).toMatchObject({ status: 'CANCELLED' });
    expect(await leaseOf('x-1', 'stopped', 4)).toEqual([]);
    const end = { runner_id: 'x-1', task_id: taskId, end_reason: 'cancelled' } as const;
    expect(await source.end(lease.run_id, end)).toMatchObject({ taken: true, status: 'CANCELLED' });
    expect(await source.renew('x-1', held)).toMatchObject([{ state: 'lost' }]);
    expect((await told(taskId)).at(-1)).toBe('CANCELLED 1');
  });

  test('another runner’s lease is not one’s own', async () => {
    const { source, create, state } = rig();
    await announce('o-1', aCrew('owned'));
    const taskId = await create({ crewId: 'owned' });
    const lease = await leaseOne('o-1', 'owned');
    const held = [{ task_id: taskId, run_id: lease.run_id }];
    expect(await source.renew('o-2', held)).toMatchObject([{ state: 'lost' }]);
    const end = { runner_id: 'o-2', task_id: taskId, end_reason: 'completed' } as const;
    expect(await source.end(lease.run_id, end)).toMatchObject({ taken: false });
    expect(await state(taskId)).toMatchObject({ status: 'RUNNING', runner_id: 'o-1' });
  });
}

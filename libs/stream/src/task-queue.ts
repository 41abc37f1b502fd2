import { randomUUID } from 'node:crypto';
import { Queue, Worker, type Job } from 'bullmq';
import { jobs } from '@telltale/contracts/jobs';
import { connectForQueues, connectWriter, disconnect } from './connect.ts';
import { queuePrefix, taskQueueName } from './keys.ts';
import { toStreamError } from './stream-error.ts';

export type CrewQueue = { teamId: string; crewId: string };
export type TaskJob = { taskId: string; attempt: number };
export type WaitingJob = TaskJob & { /** 0–9, higher first. */ priority: number; delayMs: number };

/** A job that was taken from the queue: it is gone once it is done with, and comes back when it is not. */
export type TakenJob = TaskJob & { done(): Promise<void>; putBack(): Promise<void> };

export type TaskQueue = AsyncDisposable & {
  /** Adds a job unless it is there. Throws StreamUnavailableError. */
  add(queue: CrewQueue, job: WaitingJob): Promise<void>;
  /** The next job of the queue, or null. */
  take(queue: CrewQueue): Promise<TakenJob | null>;
  remove(queue: CrewQueue, job: TaskJob): Promise<void>;
  /** Those of the jobs that nobody would take any more: not there, or taken by a process that died. */
  missing<J extends TaskJob>(queue: CrewQueue, of: readonly J[]): Promise<J[]>;
};

/** Between the taking of a job and the word of the store lie milliseconds; after this its taker is gone. */
const lockMs = 10_000;
const lowest = 10;

/** Unique, with no digit alone and no colon: what BullMQ asks of an id. */
const idOf = ({ taskId, attempt }: TaskJob): string => `task-${taskId}-${attempt}`;

/** Tasks that wait, one queue for each crew of a team. Disposable: whatever is lost here is found again in the store. */
export async function createTaskQueue(redisUrl: string): Promise<TaskQueue> {
  const sender = await connectWriter({ url: redisUrl, name: 'telltale-task-jobs' });
  const taker = await connectForQueues({ url: redisUrl, name: 'telltale-task-taker' });
  const queues = new Map<string, Queue>();
  const workers = new Map<string, Worker>();

  const queueOf = ({ teamId, crewId }: CrewQueue): Queue => {
    const name = taskQueueName(teamId, crewId);
    const known = queues.get(name);
    if (known !== undefined) return known;
    const options = { removeOnComplete: true, removeOnFail: true } as const;
    const queue = new Queue(name, { connection: sender, prefix: queuePrefix, defaultJobOptions: options });
    // Each command that fails rejects at its caller.
    queue.on('error', () => {});
    queues.set(name, queue);
    return queue;
  };
  const workerOf = ({ teamId, crewId }: CrewQueue): Worker => {
    const name = taskQueueName(teamId, crewId);
    const known = workers.get(name);
    if (known !== undefined) return known;
    const worker = new Worker(name, null, {
      connection: taker,
      prefix: queuePrefix,
      autorun: false,
      lockDuration: lockMs,
      skipLockRenewal: true,
      removeOnComplete: { count: 0 },
    });
    worker.on('error', () => {});
    workers.set(name, worker);
    return worker;
  };
  const isGone = async (queue: Queue, id: string): Promise<boolean> => {
    const state = await queue.getJobState(id);
    if (state === 'waiting' || state === 'delayed' || state === 'prioritized') return false;
    if (state !== 'active') return state === 'unknown' || (await removed(queue, id));
    const job: Job | undefined = await queue.getJob(id);
    if (job === undefined) return true;
    return (job.processedOn ?? 0) < Date.now() - 2 * lockMs && removed(queue, id);
  };
  const removed = async (queue: Queue, id: string): Promise<boolean> => (await queue.remove(id)) === 1;

  return {
    async add(of, { priority, delayMs, ...job }) {
      const payload = jobs.task.payload.parse({ team_id: of.teamId, task_id: job.taskId, attempt: job.attempt });
      try {
        const place = { jobId: idOf(job), priority: lowest - priority, delay: Math.max(0, delayMs) };
        await queueOf(of).add('task', payload, place);
      } catch (error) {
        throw toStreamError(error);
      }
    },
    async take(of) {
      const token = randomUUID();
      const job = (await workerOf(of).getNextJob(token, { block: false })) ?? null;
      if (job === null) return null;
      const { task_id: taskId, attempt } = jobs.task.payload.parse(job.data);
      return {
        taskId,
        attempt,
        done: async () => void (await job.moveToCompleted(null, token, false)),
        putBack: async () => job.moveToDelayed(Date.now() + 1_000, token),
      };
    },
    async remove(of, job) {
      await queueOf(of).remove(idOf(job));
    },
    async missing(of, wanted) {
      const queue = queueOf(of);
      const gone = await Promise.all(wanted.map((job) => isGone(queue, idOf(job))));
      return wanted.filter((_, index) => gone[index] === true);
    },
    async [Symbol.asyncDispose]() {
      await Promise.allSettled([...workers.values()].map((worker) => worker.close(true)));
      await Promise.allSettled([...queues.values()].map((queue) => queue.close()));
      disconnect(sender);
      disconnect(taker);
    },
  };
}

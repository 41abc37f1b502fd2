import { Queue, Worker } from 'bullmq';
import { jobs, type JobName, type JobPayload } from '@telltale/contracts/jobs';
import type { Log } from '@telltale/runtime/log';
import { connectForQueues, connectWriter, disconnect } from './connect.ts';
import { queuePrefix } from './keys.ts';
import { toStreamError } from './stream-error.ts';

export type EnqueueOptions = {
  /** A job of this id that exists is not added again. */
  jobId?: string;
  /** While a job with this word waits, another is not added; while it runs, one more follows it. */
  dedupe?: string;
  delayMs?: number;
};

export type JobQueue = AsyncDisposable & {
  /** Adds a declared job; its payload is checked against the declaration. Throws StreamUnavailableError. */
  enqueue<N extends JobName>(name: N, payload: JobPayload<N>, options?: EnqueueOptions): Promise<void>;
  /** Makes the job come every `ms`, once for all instances however many ask for it. */
  scheduleEvery<N extends JobName>(name: N, ms: number, payload: JobPayload<N>): Promise<void>;
};

/**
 * A job whose worker was killed is another's after at most 20 s: until then nobody folds. Handlers are idempotent, so a
 * worker that only stood still for so long does no harm.
 */
const takeover = { lockDuration: 15_000, stalledInterval: 5_000 } as const;

/** Finished jobs leave at once, failed ones stay to be looked at. */
const retention = { removeOnComplete: true, removeOnFail: { count: 1_000 } } as const;

/** The sending side of every declared queue, over one connection that fails fast. */
export async function createJobQueue(redisUrl: string): Promise<JobQueue> {
  const connection = await connectWriter({ url: redisUrl, name: 'telltale-jobs' });
  const queues = new Map<string, Queue>();
  const queueOf = (name: JobName): Queue => {
    const id = jobs[name].queue;
    const known = queues.get(id);
    if (known) return known;
    const queue = new Queue(id, { connection, prefix: queuePrefix, defaultJobOptions: retention });
    // Each command that fails rejects at its caller.
    queue.on('error', () => {});
    queues.set(id, queue);
    return queue;
  };
  const attemptsOf = (name: JobName) => ({
    attempts: jobs[name].attempts,
    backoff: { type: 'exponential', delay: jobs[name].backoffMs },
  });

  return {
    async enqueue(name, payload, { jobId, dedupe, delayMs } = {}) {
      try {
        await queueOf(name).add(name, jobs[name].payload.parse(payload), {
          ...attemptsOf(name),
          ...(jobId === undefined ? {} : { jobId }),
          ...(dedupe === undefined ? {} : { deduplication: { id: dedupe, keepLastIfActive: true } }),
          ...(delayMs === undefined ? {} : { delay: delayMs }),
        });
      } catch (error) {
        throw toStreamError(error);
      }
    },
    async scheduleEvery(name, ms, payload) {
      const data = jobs[name].payload.parse(payload);
      await queueOf(name).upsertJobScheduler(`every:${name}`, { every: ms }, { name, data, opts: attemptsOf(name) });
    },
    async [Symbol.asyncDispose]() {
      await Promise.allSettled([...queues.values()].map((queue) => queue.close()));
      disconnect(connection);
    },
  };
}

export type JobWorkerOptions<N extends JobName> = {
  redisUrl: string;
  /** Every job of the queue this worker serves; all names must share one declared queue. */
  handlers: { [K in N]: (payload: JobPayload<K>, signal: AbortSignal) => Promise<void> };
  concurrency?: number;
  /** Failures that pass by themselves, such as a server that still starts: a warning, where others are errors. */
  isPassing?: (error: unknown) => boolean;
  log: Log;
};

/**
 * Runs declared jobs until disposed; dispose aborts the running handlers' signal and waits for them. A handler may run
 * twice for one job after a crash, so it must be idempotent.
 */
export async function createJobWorker<N extends JobName>(options: JobWorkerOptions<N>): Promise<AsyncDisposable> {
  const { redisUrl, handlers, concurrency = 1, isPassing = () => false, log } = options;
  const names = Object.keys(handlers) as N[];
  const [queue, ...others] = new Set(names.map((name) => jobs[name].queue));
  if (queue === undefined || others.length > 0) {
    throw new Error(`a worker serves one queue; ${names.join(', ')} are declared in ${[queue, ...others].join(', ')}`);
  }
  const stop = new AbortController();
  const connection = await connectForQueues({ url: redisUrl, name: `telltale-jobs-${queue}` });
  const worker = new Worker(
    queue,
    async (job) => {
      const name = names.find((known) => known === job.name);
      if (name === undefined) throw new Error(`no handler for job ${job.name} of queue ${queue}`);
      await handlers[name](jobs[name].payload.parse(job.data) as JobPayload<N>, stop.signal);
    },
    {
      connection,
      prefix: queuePrefix,
      concurrency,
      ...takeover,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 1_000 },
    },
  );
  worker.on('error', (error) => log.warn({ err: error, queue }, 'a job worker lost its connection'));
  worker.on('failed', (job, error) =>
    log[isPassing(error) ? 'warn' : 'error']({ err: error, job: job?.name, queue }, 'a job failed'),
  );
  await worker.waitUntilReady();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await worker.close();
      disconnect(connection);
    },
  };
}

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { ArtifactStoreClient } from '@telltale/clients/artifact-store-client';
import { RunnerError } from '@telltale/clients/runner-error';
import type { Clock } from '@telltale/runtime/clock';
import type { Redactor } from '@telltale/sdk/capture/redactor';
import type { TelltaleApi } from '@telltale/sdk/rest/telltale-api';
import { redactFile } from './redact-file.ts';
import { usageReport, type ReportedEnd } from './usage-report.ts';

export type KeepLeftDeps = {
  store: Pick<ArtifactStoreClient, 'upload' | 'uploadText'>;
  api: Pick<TelltaleApi, 'run'>;
  redactor: Redactor;
  /** A store that is away is waited for so long, in ms. */
  keepForMs: number;
  /** So long it is waited for what the run came to, in ms. */
  sumsMs: number;
  /** `what` could not be kept; the rest is. */
  onFailure: (what: string, error: unknown) => void;
  clock: Clock;
};

/** What a run of a task left on this host. */
export type LeftOfRun = {
  taskId: string;
  runId: string;
  /** What of it may leave the host; `metadata`: the usage report alone. */
  capture: 'metadata' | 'redacted' | 'full';
  /** Of its repository, before the run. */
  commit: string | null;
  /** Writes what it changed there into a file; null when it worked in none. */
  diff: ((file: string) => Promise<void>) | null;
  /** What it printed; files that are not there or empty are left out. */
  stdoutFile: string;
  stderrFile: string;
  end: ReportedEnd;
  /** Gives up: rejects with its reason. */
  signal: AbortSignal;
};

const keepAgainMs = 2_000;

/** The same in each process that tells of a run's end, so that an artifact is kept once. */
function idFor(runId: string, what: string): string {
  const hex = createHash('sha256').update(`${runId} ${what}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const sizeOf = (file: string): Promise<number> =>
  stat(file).then(
    ({ size }) => size,
    () => 0,
  );

/** Keeps the diff, the log and the usage report of a run as artifacts of its task. */
export async function keepLeft(deps: KeepLeftDeps, left: LeftOfRun): Promise<void> {
  const { store, api, redactor, keepForMs, sumsMs, onFailure, clock } = deps;
  const { taskId, runId, capture, commit, diff, stdoutFile, stderrFile, end, signal } = left;
  /** Opened anew for each try. */
  const open = (file: string) => (): Readable =>
    capture === 'full' ? createReadStream(file) : redactFile(file, redactor);
  const keep = async (what: string, work: (artifactId: string) => Promise<unknown>): Promise<void> => {
    const until = clock.monotonic() + keepForMs;
    const again = (error: unknown): boolean =>
      error instanceof RunnerError && error.retryable && clock.monotonic() < until;
    for (;;) {
      try {
        signal.throwIfAborted();
        await work(idFor(runId, what));
        return;
      } catch (error) {
        signal.throwIfAborted();
        if (!again(error)) {
          onFailure(what, error);
          return;
        }
        await clock.sleep(keepAgainMs, signal);
      }
    }
  };
  if (diff !== null && capture !== 'metadata') {
    await keep('diff', async (artifactId) => {
      const file = `${stdoutFile}.diff`;
      try {
        await diff(file);
        await store.upload('diff', open(file), { commit }, { artifactId });
      } finally {
        await rm(file, { force: true });
      }
    });
  }
  const printed = [
    ['stdout', stdoutFile],
    ['stderr', stderrFile],
  ] as const;
  for (const [stream, file] of capture === 'metadata' ? [] : printed) {
    if ((await sizeOf(file)) === 0) continue;
    await keep(`log ${stream}`, (artifactId) => store.upload('log', open(file), { stream }, { artifactId }));
  }
  await keep('usage_report', async (artifactId) => {
    const report = await usageReport({ api, clock, longestMs: sumsMs }, { taskId, runId, end, signal });
    await store.uploadText('usage_report', `${JSON.stringify(report, null, 2)}\n`, undefined, { artifactId });
  });
}

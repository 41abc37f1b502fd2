import type { RunEnd } from '../keeper/protocol.ts';

export type TaskWorkspace = {
  /** Absolute; where the run works. */
  path: string;
  /** What the workspace was at before the run; null when it is no repository. */
  commit: string | null;
};

/** Whose run it is. */
export type TaskRun = {
  taskId: string;
  runId: string;
  agentId: string;
  crewId: string;
  sessionId: string | null;
};

/** What a runner can do around the run of a task. */
export type TaskHooks = {
  /**
   * A place of the task's repository, for crews that work in one. The same `runId` gets the same place again. Rejects when
   * none can be had: the attempt fails with that message.
   */
  openWorkspace?(
    task: TaskRun & { repoUrl: string; signal: AbortSignal },
  ): Promise<TaskWorkspace & { release(): Promise<void> }>;
  /** After the end of a run and before its task is told to have ended. What goes wrong here is logged and fails nothing. */
  afterRun?(
    task: TaskRun & {
      workspace: TaskWorkspace;
      /** What the program printed, one file for stdout and one for stderr. */
      stdoutFile: string;
      stderrFile: string;
      /** What of them may leave the host; `metadata`: nothing. */
      capture: 'metadata' | 'redacted' | 'full';
      end: RunEnd;
      /** This process stops: reject, and the next one tells of the same end again. */
      signal: AbortSignal;
    },
  ): Promise<void>;
};

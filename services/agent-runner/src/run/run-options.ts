import type { Clock } from '@telltale/runtime/clock';
import type { Log } from '@telltale/runtime/log';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import type { CaptureMode, CaptureModes } from '../capture/capture-draft.ts';
import type { BudgetPort } from '../budgets/budget-port.ts';
import type { RunLimits } from '../limits/run-limits.ts';
import type { Sampler } from '../tree/sampler.ts';
import type { Environment } from './child-environment.ts';
import type { RunControl } from './run-control.ts';
import type { RunIdentity } from './run-records.ts';
import type { RunStreams } from './streams.ts';

export type RunWatchedOptions = {
  /** Program and arguments; never a shell string. */
  argv: readonly string[];
  /** Default: the folder of this process. */
  cwd?: string;
  /** The person's environment, from `@telltale/runtime/config`. */
  env: Environment;
  /** `run_id` is made by the caller; a `host` that is not given is this machine's name. */
  identity: RunIdentity;
  /** Further agents that work in the same process: samples are shown on each, calls and lines are those of who is named. */
  agentIds?: readonly string[];
  /** Which try of its task this is, from 1. */
  attempt?: number;
  /** Whether start and end are told as those of the task too (true unless given): else somebody else tells of it. */
  sendsTaskStatus?: boolean;
  streams: RunStreams;
  /** Gets every record, in order, without `v` and `id`; must not throw and must not wait. */
  emit: (record: RecordDraft) => void;
  /**
   * Waited for between two pieces of output: a recorder whose disk is slower than the program slows the program down
   * (as a slow reader does) instead of losing lines.
   */
  room?: () => Promise<void>;
  clock: Clock;
  log: Log;
  /** One for all runs of a process; without it the run makes its own. */
  sampler?: Sampler;
  /** Of the run's own sampler; default 2000. */
  sampleIntervalMs?: number;
  /** Default `redacted`. */
  capture?: CaptureMode | CaptureModes;
  /** Its plain lines are those of an orchestrator. */
  orchestrator?: boolean;
  /** Whether calls to models go through a metering proxy; default `auto`: where the program does not tell of them. */
  proxy?: 'on' | 'off' | 'auto';
  /** Leaves the program's own telemetry as it is; by default it reports to the run, by OTLP. */
  plain?: boolean;
  /** The gateway's address: a program that reports there already is left alone. */
  telltaleUrl?: string;
  /** Gets a line for the person before the program starts. */
  say?: (line: string) => void;
  /** The program runs: what can be asked of it from now on until the run has ended. */
  onRunning?: (control: RunControl, pid: number) => void;
  /** This process stands for the program: signals are passed on. For one run in the foreground. */
  foreground?: boolean;
  /** Stops the run: SIGTERM to the whole tree, SIGKILL after `graceMs` (default 5000). Its reason may name who asked. */
  signal?: AbortSignal;
  graceMs?: number;
  /** How long an agent that used up its tokens or money may take to begin its one last call, where it can hand back; default 15000. */
  handBackMs?: number;
  /** What the run may use; it ends when it uses more. What is left out here may be set by its team. */
  limits?: RunLimits;
  /** Where it hears what its team holds it to: budgets, limits, prices. */
  terms?: {
    port: BudgetPort;
    /** Of the recorder that sends its records. */
    producerId?: string;
    /** Where it is written down, by agent, for when nobody answers. */
    folder?: string;
  };
  /** Leaves what outlives the program; by default it ends with the run. */
  keepOrphans?: boolean;
};

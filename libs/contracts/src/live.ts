import { z } from 'zod';
import type { Problem } from './errors.ts';
import {
  agentTelemetry,
  type ActivityLog,
  type GitActivityItem,
  type ProcessMetrics,
  type TokenUsage,
} from './http/agent-telemetry.ts';
import { searchText, teamId } from './http/query.ts';
import { logLevel } from './records/log-entry.ts';
import type { RecordOf } from './records/record.ts';
import { sumsObject } from './sums.ts';
import { count, name } from './text.ts';

/** Names of the socket's events, both ways. */
export const liveSocketEvents = {
  subscribe: 'subscribe',
  unsubscribe: 'unsubscribe',
  telemetry: 'telemetry',
  resync: 'resync',
} as const;

export const liveLimits = {
  /** Bytes of one message a client may send. */
  payloadBytes: 256 * 1024,
  /** Items of one list in one frame; the rest is counted in `dropped` and readable by REST. */
  itemsPerList: 200,
  agentIds: 200,
  cursorLength: 64 * 1024,
  /** Subscriptions one socket may hold at a time. */
  subscriptions: 20,
} as const;

/** Lists of records; each of these is the kind of the records it carries. */
export const liveListKinds = [
  'git_activity',
  'llm_call',
  'log_entry',
  'tool_call',
  'service_call',
  'task_event',
  'run_event',
  'memory_operation',
  'agent_step',
  'artifact',
] as const;
export type LiveListKind = (typeof liveListKinds)[number];

export const liveEvent = z.enum([...liveListKinds, 'metrics_update', 'team_totals']);
export type LiveEvent = z.output<typeof liveEvent>;

/**
 * What a client asks to hear: one agent, session or run, or a whole team (`team_id` alone). With another id `team_id`
 * chooses the team of an operator's key. Filters narrow it on the server, the lists of the snapshot too.
 */
export const subscribePayload = z
  .strictObject({
    team_id: teamId.optional(),
    agent_id: name.optional(),
    session_id: name.optional(),
    run_id: name.optional(),
    /** Of a team: only these agents, plus the team's totals. */
    agent_ids: z.array(name).max(liveLimits.agentIds).optional(),
    task_id: name.optional(),
    /** The `cursor` of the last frame or acknowledgement: what was missed since then is sent again. */
    since_cursor: z.string().min(1).max(liveLimits.cursorLength).optional(),
    events: z.array(liveEvent).min(1).max(liveEvent.options.length).optional(),
    /** Of log entries: this level and above. */
    min_level: logLevel.optional(),
    /** A piece of text that an item must contain somewhere, in any case; latest values are not filtered by it. */
    q: searchText.optional(),
    /** Updates per second and agent; 4 for an agent or a run only. */
    rate: z.literal([1, 4]).default(1),
  })
  .superRefine((value, context) => {
    const named = [value.agent_id, value.session_id, value.run_id].filter((id) => id !== undefined).length;
    const refuse = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
    if (named === 0 && value.team_id === undefined) {
      refuse('team_id', 'name what to hear: team_id, agent_id, session_id or run_id');
    }
    if (named > 1) refuse('agent_id', 'name one of agent_id, session_id, run_id; open a subscription for each');
    if (named > 0 && value.agent_ids !== undefined) refuse('agent_ids', 'belongs to a team: leave out the other ids');
    if (value.rate === 4 && value.agent_id === undefined && value.run_id === undefined) {
      refuse('rate', '4 updates a second are given for one agent or one run only');
    }
  });
export type SubscribePayload = z.input<typeof subscribePayload>;
export type Subscription = z.output<typeof subscribePayload>;

/**
 * Ends the subscription of that target; without a target, all of the socket. What else the subscription was asked with may
 * be said again and means nothing here.
 */
export const unsubscribePayload = z
  .object({
    team_id: teamId.optional(),
    agent_id: name.optional(),
    session_id: name.optional(),
    run_id: name.optional(),
  })
  .optional();
export type UnsubscribePayload = z.input<typeof unsubscribePayload>;

/** Totals of a whole team as of the last fold. */
export const teamTotals = z.object({
  sums: sumsObject,
  /** Known agents, those with a running run, and those whose last run ended in an error. */
  agents: count,
  running: count,
  failing: count,
  /** Since midnight of the team's time zone, as its budgets count days; null when nothing could be priced. */
  spend_today_usd: z.number().nullable(),
  /** Calls that are missing from it; absent where an older service counts. */
  unpriced_calls_today: count.optional(),
  /** From a batch's receipt to its commit, newest; null before the first. */
  delivery_lag_ms: z.number().nullable(),
});
export type TeamTotals = z.output<typeof teamTotals>;

/** The snapshot of an agent, a session or a run; `agent_id` is null where several agents may share it. */
export const targetSnapshot = agentTelemetry.extend({
  agent_id: z.string().nullable(),
  session_id: z.string().optional(),
  run_id: z.string().optional(),
});
export type TargetSnapshot = z.output<typeof targetSnapshot>;

/** The snapshot of a team: its totals and the agents in view (those named, else the last active ones). */
export const teamSnapshot = z.object({
  team_id: z.string(),
  totals: teamTotals.nullable(),
  agents: z.array(agentTelemetry),
});
export type TeamSnapshot = z.output<typeof teamSnapshot>;
export type LiveSnapshot = TargetSnapshot | TeamSnapshot;

/** `resumed: true`: no snapshot, what was missed follows. `resumed: false`: the snapshot is fresh. */
export type SubscribeAck =
  | { ok: true; snapshot: LiveSnapshot; cursor: string; resumed: false }
  | { ok: true; snapshot: null; cursor: string; resumed: true }
  | { ok: false; error: Problem };

/** Records as the REST lists give them; a call also carries what we made of its money. */
type LiveRecord<K extends LiveListKind> = RecordOf<K> & { team_id: string } & (K extends 'llm_call'
    ? { cost_usd?: number; cost_source: string; price_version?: string }
    : object);

/** The shape of one item by its list. */
export type LiveItem<K extends LiveListKind> = K extends 'git_activity'
  ? GitActivityItem
  : K extends 'log_entry'
    ? ActivityLog
    : LiveRecord<K>;

/** Oldest first. `dropped` counts items beyond the limit of one frame. */
export type LiveList<K extends LiveListKind> = { items: LiveItem<K>[]; dropped?: number };

/** `data` by event. `token_usage` is the agent's cumulative total, null where it is not known. */
export type LiveData = {
  [K in LiveListKind]: K extends 'llm_call' ? LiveList<K> & { token_usage: TokenUsage | null } : LiveList<K>;
} & {
  metrics_update: { process_metrics: ProcessMetrics };
  team_totals: TeamTotals;
};

/** One update of one agent (or, for `team_totals`, of the team). `timestamp` is epoch seconds with a ms fraction. */
export type LiveMessage = {
  [E in LiveEvent]: {
    type: 'agent_telemetry';
    team_id: string;
    event: E;
    data: LiveData[E];
    timestamp: number;
  } & (E extends 'team_totals' ? { agent_id?: never } : { agent_id: string });
}[LiveEvent];

/** One flush of one room: at most one message per agent and event. */
export type LiveFrame = { messages: LiveMessage[]; cursor: string };

/** Why what a client holds may have a hole: it subscribes again, and is then told whether it could be closed. */
export type ResyncReason = 'slow' | 'epoch' | 'gap' | 'closing';
export type Resync = { reason: ResyncReason };

/** Whether it could be read; one that could not ends nothing. */
export type UnsubscribeAck = { ok: true } | { ok: false; error: Problem };

/** The events of the socket, for socket.io's typed servers and clients. */
export type ClientToServerEvents = {
  subscribe: (payload: SubscribePayload, acknowledge: (answer: SubscribeAck) => void) => void;
  unsubscribe: (payload?: UnsubscribePayload, acknowledge?: (answer: UnsubscribeAck) => void) => void;
};
export type ServerToClientEvents = {
  telemetry: (frame: LiveFrame) => void;
  resync: (notice: Resync) => void;
};

import { isDrawn } from '@telltale/contracts/records/drawn-id';
import { tokenCounts } from '@telltale/contracts/records/llm-call';
import { unit } from '../cubes.ts';

/**
 * The written order of origins: who is believed about usage and cost when several saw the same call. `metric` is what
 * counters alone tell (OTLP, `signal: metric`): it stands in where nobody tells of a call. `native` is the
 * OpenTelemetry of a provider's own SDK, which tells of a call whether an instrumentation does, too, or not; `client` is an
 * instrumentation of such an SDK, which one of a framework (`otlp`) may be around; `http` is that of an HTTP client, which tells of requests that failed.
 */
export const originOrder = [
  'proxy',
  'native',
  'client',
  'otlp',
  'http',
  'sdk',
  'transcript',
  'stdout',
  'metric',
] as const;

/**
 * What one record said about a call. Times are ISO strings and money decimal strings: a member is kept as JSON, and no
 * digit may change on the way.
 */
export type CallMember = {
  record_id: string;
  at: string;
  origin: string;
  agent_id: string;
  session_id: string | null;
  task_id: string | null;
  run_id: string | null;
  crew_id: string | null;
  user_id: string | null;
  project: string | null;
  host: string | null;
  labels: Record<string, unknown> | null;
  provider: string | null;
  /** Who sells a model of this name; told by the collector where the sender did not say. */
  derived_provider?: string | null;
  model: string;
  response_model: string | null;
  service_tier: string | null;
  speed: string | null;
  input_tokens: number | null;
  output_tokens: number | null;
  cache_read_tokens: number | null;
  cache_write_5m_tokens: number | null;
  cache_write_1h_tokens: number | null;
  reasoning_tokens: number | null;
  cost_usd: string | null;
  cost_source: string;
  price_version: string | null;
  reported_cost_usd: string | null;
  duration_ms: number | null;
  ttft_ms: number | null;
  status: string;
  request_id: string | null;
  message_id: string | null;
  trace_id?: string | null;
  /** The span that is this record, and the one around it: `<trace id>:<span id>`. */
  span?: string | null;
  parent_span?: string | null;
  /** Spans within that carry the call to another process, separated by spaces. */
  passed_on?: string | null;
  /** Which process told of it (`processName` of libs/contracts), or `s<service>` of an agent that its span names where nobody says. */
  process?: string | null;
  /** Of a sum: `<who counted>:<family of counters>:<one call of it>`. */
  sum_of?: string | null;
  /** How many requests a sum is of, where that is known. */
  requests?: number | null;
};

/** What the records of one call say together. `members` is null while there is one. */
export type CombinedCall = CallMember & { call_id: string; members: CallMember[] | null };
/** One real call. `matched`: not all of its records share an id; some were put to it by place, model, tokens and time. */
export type Call = CombinedCall & { matched: true | null };

export const memberColumns = [
  'record_id',
  'at',
  'origin',
  ...unit,
  'provider',
  'derived_provider',
  'model',
  'response_model',
  'service_tier',
  'speed',
  ...tokenCounts,
  'cost_usd',
  'cost_source',
  'price_version',
  'reported_cost_usd',
  'duration_ms',
  'ttft_ms',
  'status',
  'request_id',
  'message_id',
  'trace_id',
  'span',
  'parent_span',
  'passed_on',
  'process',
  'sum_of',
  'requests',
] as const satisfies readonly (keyof CallMember)[];

/**
 * Where a provider's ids mean one call: within the run, else the session, else the team. Real ids are unique, but those of
 * a scripted or replayed server come again in every run, and two runs never share a call.
 */
const placeOf = ({ run_id, session_id }: CallMember): string => {
  if (run_id !== null) return `run ${run_id}:`;
  return session_id === null ? '' : `session ${session_id}:`;
};

/**
 * A transcript that is forked or resumed under another session begins with copies of what was said before: the same message
 * at the same moment. `copyName` in load-calls.ts says it in SQL.
 */
const copyName = ({ origin, run_id, message_id, at }: CallMember): string[] =>
  origin === 'transcript' && run_id === null && message_id !== null
    ? [`t:${Math.floor(Date.parse(at))} ${message_id}`]
    : [];

/** Every id a record is known by: calls that share one are the same call. `aliases` in load-calls.ts says it in SQL. */
export const namesOf = (member: CallMember): string[] => {
  const { record_id, request_id, message_id, span, sum_of } = member;
  const names = [`r:${record_id}`];
  if (request_id !== null) names.push(`q:${placeOf(member)}${request_id}`);
  if (message_id !== null && !isDrawn(message_id)) names.push(`m:${placeOf(member)}${message_id}`);
  if (typeof span === 'string') names.push(`s:${span}`);
  if (typeof sum_of === 'string') names.push(`k:${sum_of}`);
  return [...names, ...copyName(member)];
};

/** Calls within a span are found by how they ended: one that went well is not what the failed one within it tells of. */
const withinMark = (status: string): 'c' | 'f' => (status === 'ok' ? 'c' : 'f');

/** The spans within a call that carry it to another process. */
export const passedOn = ({ passed_on }: CallMember): string[] => passed_on?.split(' ') ?? [];

/** Under what a call is found: its ids, the spans that pass it on, and the span around it, under which several calls may stand. */
export const aliasesOf = (member: CallMember): string[] => [
  ...namesOf(member),
  ...(typeof member.parent_span === 'string' ? [`${withinMark(member.status)}:${member.parent_span}`] : []),
  ...passedOn(member).map((span) => `p:${span}`),
];

/** Under what the calls are found that a record may be one with: those of its ids, the span around it, and one within it. */
export const relativesOf = (member: CallMember): string[] => [
  ...namesOf(member),
  ...(typeof member.parent_span === 'string' ? [`s:${member.parent_span}`, `p:${member.parent_span}`] : []),
  ...[...(typeof member.span === 'string' ? [member.span] : []), ...passedOn(member)].flatMap((span) => [
    `c:${span}`,
    `f:${span}`,
  ]),
];

/** Who tells of one call in layers, each around the next: a provider's SDK, what is around it, and a framework. */
export const layers: readonly string[] = ['native', 'client', 'otlp'];

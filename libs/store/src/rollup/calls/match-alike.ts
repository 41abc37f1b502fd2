import { isProcess, processesDiffer } from '@telltale/contracts/records/told-process';
import { layers, type CallMember, type CombinedCall } from './call.ts';
import { combineMembers, originRank } from './combine-members.ts';

/** Two origins may tell the end of one call this far apart, in ms: one writes it down when it comes to it. */
export const slackMs = 5_000;
/** How far around a record its likes are looked for, in ms: nobody tells of a call longer after its end. */
export const reachMs = 60_000;

/** Records that are one call by its ids. */
type Clique = {
  members: CallMember[];
  call: CombinedCall;
  input: number;
  output: number;
  /** Epoch ms. Without a duration the moment is all there is. */
  from: number;
  until: number;
  origins: Set<string>;
  runs: Set<string>;
  sessions: Set<string>;
  traces: Set<string>;
  agents: Set<string>;
  models: Set<string>;
  requests: Set<string>;
  messages: Set<string>;
};

const said = (values: readonly (string | null)[]): Set<string> => new Set(values.filter((value) => value !== null));
function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  for (const one of a) if (b.has(one)) return true;
  return false;
}
/** Whether both say something and nothing of it is the same. */
const contradict = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size > 0 && b.size > 0 && !overlap(a, b);

/** A count that is less than its own part was sent without it: `disjointUsage` of libs/pricing for one sum. */
const withPart = (whole: number, part: number): number => (whole >= part ? whole : whole + part);

function inputOf(member: CallMember): number | null {
  const { input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens } = member;
  if (input_tokens === null) return null;
  return withPart(input_tokens, (cache_read_tokens ?? 0) + (cache_write_5m_tokens ?? 0) + (cache_write_1h_tokens ?? 0));
}
const outputOf = ({ output_tokens, reasoning_tokens }: CallMember): number | null =>
  output_tokens === null ? null : withPart(output_tokens, reasoning_tokens ?? 0);

/** What stands for the tokens of a call that failed before it had any. */
export const failedLikeness = -1;
/** What two origins have to say alike of the tokens written: of failed calls nobody may know any, which is alike, too. */
export const likenessOf = (member: CallMember): number | null =>
  member.status !== 'ok' && member.input_tokens === null && member.output_tokens === null
    ? failedLikeness
    : outputOf(member);

/** A router's name of a model begins with who sells it: `openai/gpt-5`. */
const withoutVendor = (model: string): string => model.slice(model.lastIndexOf('/') + 1);

/** What stands for what was read where only what was written is known. */
const unknownInput = -2;

/** null where the tokens or the place are not known: such records are joined by their ids alone. */
function toClique(members: CallMember[]): Clique | null {
  const call = combineMembers(members);
  const output = likenessOf(call);
  if (output === null) return null;
  const input = output === failedLikeness ? failedLikeness : (inputOf(call) ?? unknownInput);
  if (output === 0 && (input === 0 || input === unknownInput)) return null;
  const ends = members.map(({ at }) => Date.parse(at));
  const models = members.flatMap(({ model, response_model }) => [model === 'unknown' ? null : model, response_model]);
  const names = said(models.map((model) => (model === null ? null : withoutVendor(model))));
  return {
    members,
    call,
    input,
    output,
    from: Math.min(...members.map(({ duration_ms }, index) => (ends[index] ?? 0) - (duration_ms ?? 0))),
    until: Math.max(...ends),
    origins: said(members.map(({ origin }) => origin)),
    runs: said(members.map(({ run_id }) => run_id)),
    sessions: said(members.map(({ session_id }) => session_id)),
    agents: said(members.map(({ agent_id }) => agent_id)),
    traces: said(members.map(({ trace_id = null }) => trace_id)),
    models: names,
    requests: said(members.map(({ request_id }) => request_id)),
    messages: said(members.map(({ message_id }) => message_id)),
  };
}

const haveFailed = (a: Clique, b: Clique): boolean => a.input === failedLikeness && b.input === failedLikeness;

/** What a provider's SDK tells by itself, and instrumentations around it: now and then in traces of their own. */
const areAround = (a: Clique, b: Clique): boolean =>
  layers.some((one) => a.origins.has(one)) &&
  layers.some((one) => b.origins.has(one)) &&
  !overlap(a.origins, b.origins);

/** Of what is around a provider's SDK a framework may know only what was written. */
const haveReadAlike = (a: Clique, b: Clique): boolean =>
  a.input === b.input || ((a.input === unknownInput || b.input === unknownInput) && areAround(a, b));

/** Whether each says of itself that it is of a process, and these are others: nothing but a trace then makes one call of them. */
const ofTwoProcesses = (a: Clique, b: Clique): boolean =>
  a.members.every((one) => b.members.every((other) => processesDiffer(one.process, other.process)));

const onOtherHosts = (a: CallMember, b: CallMember): boolean => a.host !== null && b.host !== null && a.host !== b.host;

/** Containers have processes of the same number. */
const areOfOneProcess = (a: CallMember, b: CallMember): boolean =>
  isProcess(a.process) && a.process === b.process && !onOtherHosts(a, b);

/** Neither names a session; or one does, and both are of one process. */
function mayBeOneSession(a: Clique, b: Clique): boolean {
  if (a.sessions.size === 0 && b.sessions.size === 0) return true;
  if (contradict(a.sessions, b.sessions)) return false;
  return a.members.some((one) => b.members.some((other) => areOfOneProcess(one, other)));
}

/**
 * Of one run, or of one session or trace where not both name their run. Where neither names one, a failure may be of one agent
 * alone: the span of an HTTP client knows of no session, and often stands in a trace of its own. So does what a provider's SDK,
 * an instrumentation of it and one of a framework around it tell: often only the framework knows the session, within one process.
 */
const inOnePlace = (a: Clique, b: Clique): boolean => {
  if (a.runs.size > 0 && b.runs.size > 0) return overlap(a.runs, b.runs);
  if (overlap(a.sessions, b.sessions) || overlap(a.traces, b.traces)) return true;
  if (a.runs.size + b.runs.size > 0) return false;
  return (
    (haveFailed(a, b) && !contradict(a.sessions, b.sessions) && overlap(a.agents, b.agents)) ||
    (areAround(a, b) && overlap(a.agents, b.agents) && mayBeOneSession(a, b))
  );
};

/** Who does not say which process it is is known by its service, after which an agent is named that has no name of its own. */
const programOf = ({ process, agent_id }: CallMember): string => process ?? `s${agent_id}`;

/** Two records of one origin that are of two programs: a client and the gateway behind it, which both report what they do. */
const areApart = (a: CallMember, b: CallMember): boolean =>
  a.agent_id !== b.agent_id && (programOf(a) !== programOf(b) || onOtherHosts(a, b));

/** Whether one call lies within the other in time and trace, and different programs tell of the two. */
const isPassedOn = (a: Clique, b: Clique): boolean =>
  overlap(a.traces, b.traces) &&
  ((a.from <= b.from && b.until <= a.until) || (b.from <= a.from && a.until <= b.until)) &&
  a.members.every((one) => b.members.every((other) => one.origin !== other.origin || areApart(one, other)));

/** Whether two origins tell of one call: neither saw it twice, nothing they say differs, and they say it at one time. */
const areAlike = (a: Clique, b: Clique): boolean =>
  haveReadAlike(a, b) &&
  (overlap(a.origins, b.origins) ? isPassedOn(a, b) : true) &&
  inOnePlace(a, b) &&
  (!ofTwoProcesses(a, b) || overlap(a.traces, b.traces)) &&
  !contradict(a.models, b.models) &&
  !contradict(a.requests, b.requests) &&
  !contradict(a.messages, b.messages) &&
  a.from <= b.until + slackMs &&
  b.from <= a.until + slackMs;

/** Who knows what was read takes first what is as much. */
const inOrder = (a: Clique, b: Clique): number =>
  Number(a.input === unknownInput) - Number(b.input === unknownInput) ||
  originRank(a.call) - originRank(b.call) ||
  a.until - b.until ||
  (a.call.call_id < b.call.call_id ? -1 : 1);

/**
 * Puts records that hang together by their ids together with those of other origins that tell of the same call without
 * sharing an id: one to one, by place, model, tokens and time. Origin after origin in the written order, each of its
 * calls in the order of time takes the earliest that is free: as many are matched as can be, and the outcome is the same
 * whatever came first. Two calls that one program tells of in one way are never put together, so equal parallel calls stay as many
 * as they were.
 */
export function matchAlike(cliques: readonly CallMember[][]): CallMember[][][] {
  const alone: CallMember[][][] = [];
  const byOutput = new Map<number, Clique[]>();
  for (const members of cliques) {
    const clique = toClique(members);
    if (clique === null) alone.push([members]);
    else {
      const same = byOutput.get(clique.output);
      if (same === undefined) byOutput.set(clique.output, [clique]);
      else same.push(clique);
    }
  }
  return [...alone, ...[...byOutput.values()].flatMap((alike) => matched(alike.sort(inOrder)))];
}

const tellerOf = ({ origin, agent_id }: CallMember): string => `${origin} ${agent_id}`;

type Group = { all: Clique; parts: CallMember[][] };

/**
 * Where a call is looked for: whoever is in one place with it (`inOnePlace`) has one of these, too. `byAgent`: not all are of one
 * origin, which an agent alone never joins.
 */
const placesOf = ({ runs, sessions, traces, agents }: Clique, byAgent: boolean): string[] => [
  ...[...runs].map((id) => `run ${id}`),
  ...[...sessions].map((id) => `session ${id}`),
  ...[...traces].map((id) => `trace ${id}`),
  ...(runs.size > 0 || !byAgent ? [] : [...agents].map((id) => `agent ${id}`)),
];

function matched(cliques: readonly Clique[]): CallMember[][][] {
  const tellers = new Set(cliques.flatMap(({ members }) => members.map(tellerOf)));
  if (tellers.size < 2) return cliques.map(({ members }) => [members]);
  const origins = new Set(cliques.flatMap((clique) => [...clique.origins]));
  const groups: Group[] = [];
  const byPlace = new Map<string, Set<Group>>();
  // In a fold of thousands of equal calls each is compared with those of its own places that read as much, or with all of
  // them where that is not known: such calls come last.
  for (const clique of cliques) {
    const places = placesOf(clique, origins.size > 1);
    const near = clique.input === unknownInput ? places : places.map((place) => `${place} ${clique.input}`);
    const partner = [...new Set(near.flatMap((place) => [...(byPlace.get(place) ?? [])]))]
      .filter(({ all }) => areAlike(all, clique))
      .reduce<Group | undefined>((best, one) => (best && best.all.until <= one.all.until ? best : one), undefined);
    const group = partner ?? { all: clique, parts: [] };
    if (partner === undefined) groups.push(group);
    group.parts.push(clique.members);
    if (partner !== undefined) group.all = toClique(group.parts.flat()) ?? group.all;
    for (const place of places.flatMap((one) => [one, `${one} ${group.all.input}`])) {
      const there = byPlace.get(place);
      if (there === undefined) byPlace.set(place, new Set([group]));
      else there.add(group);
    }
  }
  return groups.map(({ parts }) => parts);
}

import type { TokenCount } from '@telltale/contracts/records/llm-call';
import type { RecordOf } from '@telltale/contracts/records/record';
import type { UsageProfile } from './usage-profile.ts';
import { usageProfiles, type UsageSource } from './usage-profiles.ts';

/** The token, tier and reported-cost fields of an `llm_call` record; what the source did not give is absent. */
export type NormalisedUsage = Pick<RecordOf<'llm_call'>, TokenCount | 'service_tier' | 'speed' | 'reported_cost_usd'>;

/** What had to be assumed about a source that did not say, or that contradicted its profile. */
export type UsageFlag = 'assumed_inclusive' | 'assumed_exclusive' | 'input_missing' | 'reasoning_beside_output';

/** More tokens than any call has; a larger number is a time or an id in the wrong field. */
const mostTokens = 1e12;

function find(raw: unknown, names: readonly string[] | undefined): unknown {
  for (const name of names ?? []) {
    const value = lookUp(raw, name);
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

function lookUp(raw: unknown, name: string): unknown {
  if (typeof raw !== 'object' || raw === null) return undefined;
  if (Object.hasOwn(raw, name)) return (raw as Record<string, unknown>)[name];
  // Attributes are flat: of a name that is not there, they have no beginning either.
  const dot = name.indexOf('.');
  if (dot === -1 || !Object.hasOwn(raw, name.slice(0, dot))) return undefined;
  let value: unknown = raw;
  for (const key of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** Clients send counts as numbers and as strings ("9000", "9000.0"); anything that is no whole, plausible count is absent. */
function countOf(raw: unknown, names: readonly string[] | undefined): number | undefined {
  const value = find(raw, names);
  const number = typeof value === 'string' && /^\d{1,13}(?:\.0{1,9})?$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= mostTokens
    ? number
    : undefined;
}

function wordOf(raw: unknown, names: readonly string[] | undefined): string | undefined {
  const value = find(raw, names);
  return typeof value === 'string' && value !== '' && value.length <= 200 ? value : undefined;
}

function usdOf(raw: unknown, names: readonly string[] | undefined): number | undefined {
  const value = find(raw, names);
  const number = typeof value === 'string' && /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 && number <= 1e12 ? number : undefined;
}

/** Ten-billionths of a dollar. */
function ticksOf(raw: unknown, names: readonly string[] | undefined): number | undefined {
  const ticks = countOf(raw, names);
  return ticks === undefined ? undefined : ticks / 1e10;
}

/** Splits cache writes by lifetime: what no lifetime claims was written for 5 minutes, as providers default. */
function cacheWrites(raw: unknown, profile: UsageProfile): { short: number | undefined; long: number | undefined } {
  const all = countOf(raw, profile.cache_write);
  const short = countOf(raw, profile.cache_write_5m);
  const long = countOf(raw, profile.cache_write_1h);
  if (all === undefined) return { short, long };
  const unclaimed = Math.max(0, all - (short ?? 0) - (long ?? 0));
  return { short: (short ?? 0) + unclaimed, long };
}

/** Whether reasoning was counted beside the output: it is more, or what all came to proves it, as of Grok. */
const isBeside = (
  reasoning: number,
  output: number,
  inputs: readonly (number | undefined)[],
  total: number | undefined,
): boolean =>
  reasoning > output || (reasoning > 0 && inputs.some((input) => total === (input ?? 0) + output + reasoning));

/** The source with what an attribute holds as JSON text laid beside it; text that is no JSON object adds nothing. */
function withEmbedded(raw: unknown, name: string | undefined): unknown {
  const text = name === undefined ? undefined : lookUp(raw, name);
  if (typeof text !== 'string') return raw;
  try {
    const embedded: unknown = JSON.parse(text);
    return { ...(typeof embedded === 'object' ? embedded : {}), ...(raw as Record<string, unknown>) };
  } catch {
    return raw;
  }
}

/**
 * Turns a source's own usage object into a record's fields and says what was assumed. Whatever the source counted,
 * `input_tokens` holds every cache token and `output_tokens` every reasoning token afterwards.
 */
export function explainUsage(source: UsageSource, given: unknown): { usage: NormalisedUsage; flags: UsageFlag[] } {
  const profile: UsageProfile = usageProfiles[source];
  const raw = withEmbedded(given, profile.embedded_json);
  const flags: UsageFlag[] = [];
  const read = countOf(raw, profile.cache_read);
  const { short, long } = cacheWrites(raw, profile);
  const cached = (read ?? 0) + (short ?? 0) + (long ?? 0);
  const counted = countOf(raw, profile.input);
  const extra = countOf(raw, profile.extra_input) ?? 0;

  let input: number | undefined;
  if (counted === undefined) {
    if (cached > 0) flags.push('input_missing');
    input = cached + extra > 0 ? cached + extra : undefined;
  } else {
    let inclusive = profile.input_includes_cache;
    if (inclusive === 'auto') {
      inclusive = cached <= counted;
      if (cached > 0) flags.push(inclusive ? 'assumed_inclusive' : 'assumed_exclusive');
    } else if (inclusive && cached > counted) {
      inclusive = false;
      flags.push('assumed_exclusive');
    } else if (inclusive && cached > 0) {
      // What all came to proves it: Bedrock counts the cache beside the input, and some pass that on as it is.
      inclusive = countOf(raw, profile.total) !== counted + (countOf(raw, profile.output) ?? 0) + cached;
    }
    input = (inclusive ? counted : counted + cached) + extra;
  }

  const reasoning = countOf(raw, profile.reasoning);
  let output = countOf(raw, profile.output);
  if (output === undefined) output = reasoning;
  else if (!profile.output_includes_reasoning) output += reasoning ?? 0;
  else if (reasoning !== undefined && isBeside(reasoning, output, [counted, input], countOf(raw, profile.total))) {
    output += reasoning;
    flags.push('reasoning_beside_output');
  }

  const usage: NormalisedUsage = {};
  if (input !== undefined) usage.input_tokens = input;
  if (output !== undefined) usage.output_tokens = output;
  if (read !== undefined) usage.cache_read_tokens = read;
  if (short !== undefined) usage.cache_write_5m_tokens = short;
  if (long !== undefined) usage.cache_write_1h_tokens = long;
  if (reasoning !== undefined) usage.reasoning_tokens = reasoning;
  const tier = wordOf(raw, profile.service_tier);
  const speed = wordOf(raw, profile.speed);
  const cost = usdOf(raw, profile.cost) ?? ticksOf(raw, profile.cost_ticks);
  if (tier !== undefined) usage.service_tier = tier;
  if (speed !== undefined) usage.speed = speed;
  if (cost !== undefined) usage.reported_cost_usd = cost;
  return { usage, flags };
}

/** `explainUsage` without the flags: spread it into a record. */
export function normaliseUsage(source: UsageSource, raw: unknown): NormalisedUsage {
  return explainUsage(source, raw).usage;
}

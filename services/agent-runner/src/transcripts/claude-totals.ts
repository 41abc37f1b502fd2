import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { countOf, isJson, objectOf, textOf, type Json } from '@telltale/answers/json-fields';
import { bucketsOfModelUsage, restOf, type TokenBuckets } from '../agent-lines/token-buckets.ts';
import type { Environment } from '../run/child-environment.ts';

/** What each model took, by the name that the client has for it. */
export type ModelTotals = ReadonlyMap<string, TokenBuckets>;

/** Where Claude Code writes down a conversation; null where it did not. */
export function claudeTranscript(session: string, env: Environment): string | null {
  const projects = join(env['CLAUDE_CONFIG_DIR'] || join(env['HOME'] ?? '/', '.claude'), 'projects');
  if (!/^[\w-]+$/.test(session)) return null;
  try {
    const paths = readdirSync(projects).map((project) => join(projects, project, `${session}.jsonl`));
    return paths.find((path) => existsSync(path)) ?? null;
  } catch {
    // It keeps its conversations elsewhere, or none.
    return null;
  }
}

function parse(text: string): Json {
  try {
    const line: unknown = JSON.parse(text);
    return isJson(line) ? line : {};
  } catch {
    // The client was killed amid it; one that took the conversation up again went on behind it.
    return {};
  }
}

/**
 * What a conversation took since `since` (epoch ms) by the client's own totals, which it writes down whenever it ends: they count
 * an answer that broke off, too. A conversation that was taken up again goes on counting. Null: they are not told.
 */
export async function claudeTotals(path: string, since: number): Promise<ModelTotals | null> {
  let [before, last]: [Json | null, Json | null] = [null, null];
  let isNow = false;
  const input = createReadStream(path);
  try {
    for await (const text of createInterface({ input, crlfDelay: Infinity })) {
      const line = parse(text);
      const at = Date.parse(textOf(line, 'timestamp') ?? '');
      isNow ||= at >= since;
      if (textOf(line, 'type') !== 'cost-state') continue;
      if (isNow) last = line;
      else before = line;
    }
  } catch {
    // Moved away meanwhile.
    return null;
  } finally {
    input.destroy();
  }
  // What was counted in a conversation that this one was copied from is not written down here.
  const isWhole = before !== null || (last !== null && (countOf(last, 'startTime') ?? 0) >= since);
  if (last === null || !isWhole) return null;
  const old = objectOf(before ?? {}, 'modelUsage');
  return new Map(
    Object.entries(objectOf(last, 'modelUsage')).flatMap(([model, usage]) =>
      isJson(usage)
        ? [[model, restOf(bucketsOfModelUsage(usage), bucketsOfModelUsage(objectOf(old, model)))] as const]
        : [],
    ),
  );
}

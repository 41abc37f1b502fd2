import type { ActivityLog } from '@telltale/contracts/http/agent-telemetry';
import { queryOptions, skipToken, type QueryClient } from '@tanstack/react-query';
import { apiOf } from '../server/api.ts';
import { mergeLines, type Lines } from './log-lines.ts';
import { targetKey, type Target } from './target.ts';

/** `older`: where the next page of older lines begins; null when there is none. */
export type LineFeed = { lines: Lines; older: string | null };

const pageSize = 100;
/** A hole that is wider than this many lines is left: older lines are a click away. */
const mostPages = 20;

export const lineFeedQuery = (team: string, target: Target) =>
  queryOptions<LineFeed>({ queryKey: ['lines', team, targetKey(target)], queryFn: skipToken, staleTime: Infinity });

async function page(team: string, target: Target, cursor: string | null): Promise<LineFeed> {
  const answer = await apiOf(team).logs({ ...target, limit: pageSize, ...(cursor === null ? {} : { cursor }) });
  const lines = answer.logs.map(({ id, at, level, message, source }): ActivityLog => ({
    id,
    timestamp: at,
    level,
    message,
    source,
  }));
  return { lines, older: answer.next_cursor ?? null };
}

/** Puts lines that were heard where they belong. */
export function addLines(cache: QueryClient, team: string, target: Target, lines: Lines): void {
  cache.setQueryData<LineFeed>(lineFeedQuery(team, target).queryKey, (before) => ({
    lines: mergeLines(before?.lines ?? [], lines),
    older: before?.older ?? null,
  }));
}

/**
 * Asks for the newest lines, page by page until they meet those that are known already: the first fill, and what closes
 * a hole after a time without the feed.
 */
export async function fillLines(cache: QueryClient, team: string, target: Target): Promise<void> {
  const { queryKey } = lineFeedQuery(team, target);
  const known = new Set(
    cache
      .getQueryData(queryKey)
      ?.lines.slice(-1_000)
      .map(({ id }) => id),
  );
  let cursor: string | null = null;
  for (let round = 0; round < mostPages; round += 1) {
    const { lines, older }: LineFeed = await page(team, target, cursor);
    const isFirstFill = known.size === 0;
    cache.setQueryData<LineFeed>(queryKey, (before) => ({
      lines: mergeLines(before?.lines ?? [], lines),
      older: isFirstFill ? older : (before?.older ?? null),
    }));
    if (isFirstFill || older === null || lines.some(({ id }) => known.has(id))) return;
    cursor = older;
  }
}

/** Asks for one more page of older lines. */
export async function olderLines(cache: QueryClient, team: string, target: Target): Promise<void> {
  const { queryKey } = lineFeedQuery(team, target);
  const from = cache.getQueryData(queryKey)?.older ?? null;
  if (from === null) return;
  const { lines, older } = await page(team, target, from);
  cache.setQueryData<LineFeed>(queryKey, (before) => ({ lines: mergeLines(before?.lines ?? [], lines), older }));
}

import type { ActivityLog } from '@telltale/contracts/http/agent-telemetry';
import { queryOptions, skipToken, type QueryClient } from '@tanstack/react-query';
import { apiOf } from '../server/api.ts';
import { cutLines, mergeLines, type Lines } from './log-lines.ts';
import { targetKey, type Target } from './target.ts';

/** Where a page of lines begins: with the newest, before a time, after the page before. */
type Place = { to?: string; cursor?: string };
/** `older`: where the next page of older lines begins; null when there is none. */
export type LineFeed = { lines: Lines; older: Place | null };

const pageSize = 100;
/** A hole that is wider than so many pages is not closed at once: older lines are a click away. */
const mostPages = 20;

export const lineFeedQuery = (team: string, target: Target) =>
  queryOptions<LineFeed>({ queryKey: ['lines', team, targetKey(target)], queryFn: skipToken, staleTime: Infinity });

async function page(team: string, target: Target, place: Place): Promise<LineFeed> {
  const answer = await apiOf(team).logs({ ...target, limit: pageSize, ...place });
  const lines = answer.logs.map(({ id, at, level, message, source }): ActivityLog => ({
    id,
    timestamp: at,
    level,
    message,
    source,
  }));
  return { lines, older: answer.next_cursor === undefined ? null : { ...place, cursor: answer.next_cursor } };
}

/** A feed that goes on for days is cut now and then: what is cut is asked for again like any older line. */
function bound({ lines, older }: LineFeed): LineFeed {
  const kept = cutLines(lines);
  const [first] = kept;
  if (kept === lines || first === undefined) return { lines, older };
  // Those of its very millisecond too: lines that are known already do no harm.
  return { lines: kept, older: { to: new Date(Date.parse(first.timestamp) + 1).toISOString() } };
}

/** Puts lines that were heard where they belong. */
export function addLines(cache: QueryClient, team: string, target: Target, lines: Lines): void {
  cache.setQueryData<LineFeed>(lineFeedQuery(team, target).queryKey, (before) =>
    bound({ lines: mergeLines(before?.lines ?? [], lines), older: before?.older ?? null }),
  );
}

/** The newest of what is known, to recognise it by. */
export const knownLines = (cache: QueryClient, team: string, target: Target): ReadonlySet<string> =>
  new Set(
    cache
      .getQueryData(lineFeedQuery(team, target).queryKey)
      ?.lines.slice(-1_000)
      .map(({ id }) => id),
  );

/**
 * Asks for the newest lines, page by page until they meet those that are `known`: the first fill, and what closes a hole
 * after a time without the feed, or after more lines at once than it shows. Of a hole that is too wide what lies before it
 * is let go: it comes after it when older lines are asked for.
 */
export async function fillLines(
  cache: QueryClient,
  team: string,
  target: Target,
  known: ReadonlySet<string> = knownLines(cache, team, target),
  ask: (place: Place) => Promise<LineFeed> = (place) => page(team, target, place),
): Promise<void> {
  const { queryKey } = lineFeedQuery(team, target);
  let place: Place = {};
  let oldest = '';
  for (let round = 0; round < mostPages; round += 1) {
    const { lines, older }: LineFeed = await ask(place);
    const isFirstFill = known.size === 0;
    cache.setQueryData<LineFeed>(queryKey, (before) => ({
      lines: mergeLines(before?.lines ?? [], lines),
      older: isFirstFill ? older : (before?.older ?? null),
    }));
    if (isFirstFill || older === null || lines.some(({ id }) => known.has(id))) return;
    place = older;
    oldest = lines.reduce((first, { timestamp }) => (timestamp < first ? timestamp : first), lines[0]?.timestamp ?? '');
  }
  cache.setQueryData<LineFeed>(queryKey, (before) => ({
    lines: (before?.lines ?? []).filter(({ timestamp }) => timestamp >= oldest),
    older: place,
  }));
}

/** Fills one hole after the other: lines that come in floods must not be asked for in floods. */
export function createFiller(cache: QueryClient, team: string, target: Target): (known?: ReadonlySet<string>) => void {
  let isFilling = false;
  let next: ReadonlySet<string> | null = null;
  const fill = async (known: ReadonlySet<string>): Promise<void> => {
    isFilling = true;
    // What cannot be had now is asked for with the next hole, or by hand.
    await fillLines(cache, team, target, known).catch(() => undefined);
    isFilling = false;
    const again = next;
    next = null;
    if (again !== null) await fill(again);
  };
  return (known = knownLines(cache, team, target)) => {
    if (isFilling) next ??= known;
    else void fill(known);
  };
}

/** Asks for one more page of older lines, puts them where they belong, and answers them. */
export async function olderLines(cache: QueryClient, team: string, target: Target): Promise<Lines> {
  const { queryKey } = lineFeedQuery(team, target);
  const from = cache.getQueryData(queryKey)?.older ?? null;
  if (from === null) return [];
  const { lines, older } = await page(team, target, from);
  cache.setQueryData<LineFeed>(queryKey, (before) => ({ lines: mergeLines(before?.lines ?? [], lines), older }));
  return lines;
}

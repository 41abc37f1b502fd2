import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Pause, Play } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { lineFeedQuery, olderLines } from '../live/line-feed.ts';
import { countAfter, mergeLines, type Lines } from '../live/log-lines.ts';
import type { Target } from '../live/target.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Panel } from '../ui/panel.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { Select } from '../ui/select.tsx';
import { filterLines, levels, type Level } from './filter-lines.ts';
import { LogLine } from './log-line.tsx';

const none: Lines = [];
const lineHeight = 20;
/** So near to the end counts as at the end. */
const nearEnd = 40;

/**
 * What was written, as it is written. It follows the end while the end is in sight; scrolled up or paused it stays where
 * it is and says how many lines came since.
 */
export function LogTail({ team, target }: { team: string; target: Target }) {
  const cache = useQueryClient();
  const feed = useQuery(lineFeedQuery(team, target)).data;
  const [held, setHeld] = useState<Lines | null>(null);
  const [isFollowing, setFollowing] = useState(true);
  const [q, setQ] = useState('');
  const [level, setLevel] = useState<Level>('debug');
  const place = useRef<HTMLDivElement>(null);
  const all = held ?? feed?.lines ?? none;
  const lines = useMemo(() => filterLines(all, q, level), [all, q, level]);
  const missed = held === null ? 0 : countAfter(feed?.lines ?? none, held);

  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => place.current,
    estimateSize: () => lineHeight,
    getItemKey: (index) => lines[index]?.id ?? index,
    overscan: 20,
    // Older lines that come before the others leave what is read where it is.
    anchorTo: 'end',
  });
  useEffect(() => {
    if (isFollowing && held === null && lines.length > 0) virtual.scrollToIndex(lines.length - 1, { align: 'end' });
  }, [lines, isFollowing, held, virtual]);

  const askOlder = async (): Promise<void> => {
    const found = await olderLines(cache, team, target);
    setHeld((before) => (before === null ? null : mergeLines(before, found)));
  };

  const onScroll = (): void => {
    const element = place.current;
    if (element === null) return;
    setFollowing(element.scrollHeight - element.scrollTop - element.clientHeight < nearEnd);
  };
  const goToEnd = (): void => {
    setHeld(null);
    setFollowing(true);
    virtual.scrollToIndex(lines.length - 1, { align: 'end' });
  };

  const older =
    feed === undefined || feed.older === null ? null : (
      <Button compact onClick={() => void askOlder()}>
        Older lines
      </Button>
    );

  return (
    <div id="lines">
      <Panel
        title="Lines"
        flush
        tools={
          <>
            <SearchBox label="Find in the lines" value={q} onChange={setQ} />
            <Select label="Level" value={level} options={levels} onChange={setLevel} />
            <Button onClick={() => setHeld(held === null ? all : null)} aria-pressed={held !== null}>
              {held === null ? <Pause aria-hidden className="size-3.5" /> : <Play aria-hidden className="size-3.5" />}
              {held === null ? 'Pause' : `Go on${missed > 0 ? ` (${missed} new)` : ''}`}
            </Button>
          </>
        }
      >
        {lines.length === 0 ? (
          <EmptyState
            title={
              all.length === 0 ? 'No line has been written' : `None of the ${all.length} newest lines is like that`
            }
          >
            {all.length === 0
              ? 'Standard output and error appear here, unless they are a terminal of their own.'
              : older}
          </EmptyState>
        ) : (
          <div className="relative border-t border-line">
            <div
              ref={place}
              role="log"
              aria-label="Lines"
              tabIndex={0}
              onScroll={onScroll}
              className="h-96 overflow-auto overscroll-contain py-1 font-mono text-xs"
            >
              {older === null ? null : <div className="flex justify-center p-1 font-sans">{older}</div>}
              <div className="relative" style={{ height: virtual.getTotalSize() }}>
                {virtual.getVirtualItems().map(({ key, index, start }) => {
                  const line = lines[index];
                  return line === undefined ? null : (
                    <div
                      key={key}
                      ref={virtual.measureElement}
                      data-index={index}
                      className="absolute inset-x-0 top-0"
                      style={{ transform: `translateY(${start}px)` }}
                    >
                      <LogLine line={line} />
                    </div>
                  );
                })}
              </div>
            </div>
            {isFollowing && held === null ? null : (
              <div className="absolute right-4 bottom-3">
                <Button tone="primary" onClick={goToEnd}>
                  To the end
                </Button>
              </div>
            )}
          </div>
        )}
      </Panel>
    </div>
  );
}

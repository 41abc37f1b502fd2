import { Panel } from '../../ui/panel.tsx';
import { WatchCommand } from './watch-command.tsx';

/** The first screen of an empty team: the line that watches an agent, and the page that waits for its first record. */
export function FirstAgent({ team }: { team: string }) {
  return (
    <div className="mx-auto max-w-2xl pt-8">
      <Panel title="Watch your first agent">
        <p className="pb-3 text-sm text-quiet">
          Put this in front of any command, in any folder. The command runs as it would without it, and its card appears
          here with the first record.
        </p>
        <WatchCommand team={team} />
        <p role="status" className="flex items-center gap-2 pt-5 text-sm">
          <span aria-hidden className="size-2 animate-pulse rounded-full bg-accent" />
          Waiting for the first record of team {team} …
        </p>
      </Panel>
    </div>
  );
}

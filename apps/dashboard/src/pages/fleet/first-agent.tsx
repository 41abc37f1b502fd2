import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { pageStatusQuery } from '../../server/page-status.ts';
import { apiOf } from '../../server/api.ts';
import { Button } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { WatchLine } from './watch-line.tsx';

/** The first screen of an empty team: the line that watches an agent, and the page that waits for its first record. */
export function FirstAgent({ team }: { team: string }) {
  const { data: status } = useQuery(pageStatusQuery);
  const [key, setKey] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const teamFlag = team === 'default' ? '' : ` --team ${team}`;
  const here = status?.command.replace(' run ', ` run${teamFlag} `) ?? '';
  const elsewhere = `TELLTALE_API_KEY=${key ?? ''} telltale run --url ${location.origin} --agent builder -- your-command`;
  const command = key === null ? here : elsewhere;
  const makeKey = async (): Promise<void> => {
    try {
      const made = await apiOf(team).createKey({
        scopes: ['ingest', 'read', 'runner'],
        name: 'first agent',
        team_id: team,
      });
      setKey(made.key);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <div className="mx-auto max-w-2xl pt-8">
      <Panel title="Watch your first agent">
        <p className="pb-3 text-sm text-quiet">
          Put this in front of any command, in any folder. The command runs as it would without it, and its card appears
          here with the first record.
        </p>
        <WatchLine command={command} />
        <div className="flex flex-wrap items-center gap-3 pt-3 text-sm text-quiet">
          {key === null ? (
            <>
              From another machine it needs a key.
              <Button onClick={() => void makeKey()}>Fill in a new key</Button>
            </>
          ) : (
            'This key is shown once; Settings revokes it.'
          )}
          {problem === null ? null : <span className="text-bad">{problem}</span>}
        </div>
        <p role="status" className="flex items-center gap-2 pt-5 text-sm">
          <span aria-hidden className="size-2 animate-pulse rounded-full bg-accent" />
          Waiting for the first record of team {team} …
        </p>
      </Panel>
    </div>
  );
}

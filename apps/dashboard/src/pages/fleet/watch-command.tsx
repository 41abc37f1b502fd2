import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { flushSync } from 'react-dom';
import { apiOf } from '../../server/api.ts';
import { pageStatusQuery } from '../../server/page-status.ts';
import { sessionQuery } from '../../server/session.ts';
import { Button } from '../../ui/button.tsx';
import { WatchLine } from './watch-line.tsx';

const fromElsewhere = (key: string): string =>
  `TELLTALE_API_KEY=${key} telltale run --url ${location.origin} --agent builder -- your-command`;

/**
 * The line that watches an agent. On the gateway's own machine it needs no key. Anywhere else it carries a new one, made
 * in the moment the line is copied: looking at a page makes no credential, and none stands on a screen unasked.
 */
export function WatchCommand({ team }: { team: string }) {
  const { data: status } = useQuery(pageStatusQuery);
  const { data: who } = useQuery(sessionQuery);
  const [key, setKey] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const makeKey = async (): Promise<string | null> => {
    setProblem(null);
    try {
      const scopes = ['ingest', 'read', 'runner'] as const;
      const made = await apiOf(team).createKey({ scopes: [...scopes], name: 'first agent', team_id: team });
      // Shown before it is copied: where the browser keeps its clipboard to itself, the line is selected.
      flushSync(() => setKey(made.key));
      return fromElsewhere(made.key);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      return null;
    }
  };
  if (status === undefined) return <WatchLine command="" />;
  const mayMake = who?.scopes.includes('admin') ?? false;
  const teamFlag = team === 'default' ? '' : ` --team ${team}`;
  const isComplete = key !== null || status.is_local;
  const command =
    key !== null
      ? fromElsewhere(key)
      : status.is_local
        ? status.command.replace(' run ', ` run${teamFlag} `)
        : fromElsewhere(mayMake ? '‹a new key›' : '‹your key›');
  return (
    <>
      {isComplete || !mayMake ? <WatchLine command={command} /> : <WatchLine command={command} make={makeKey} />}
      <div className="flex flex-wrap items-center gap-3 pt-3 text-sm text-quiet">
        {key !== null ? (
          'This key is shown once; Settings revokes it.'
        ) : !mayMake ? (
          status.is_local ? null : (
            `It needs a key of team ${team} with the scopes ingest and runner.`
          )
        ) : status.is_local ? (
          <>
            From another machine it needs a key.
            <Button onClick={() => void makeKey()}>Fill in a new key</Button>
          </>
        ) : (
          'Copying it makes a new key and fills it in.'
        )}
        {problem === null ? null : (
          <span role="alert" className="text-bad">
            {problem}
          </span>
        )}
      </div>
    </>
  );
}

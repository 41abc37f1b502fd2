import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { sessionQuery } from '../../server/session.ts';
import { Panel } from '../../ui/panel.tsx';
import { WatchCommand } from './watch-command.tsx';

/** The team that a new instance makes to be looked around in. */
export const sampleTeam = 'sample';
const lookEveryMs = 2_000;

/**
 * Over the sample's agents, as long as there are no others: the line that watches one's own. With the first record of
 * another team the page goes there.
 */
export function SampleHint() {
  const { data: who } = useQuery({ ...sessionQuery, refetchInterval: lookEveryMs });
  const navigate = useNavigate();
  const own = who?.teams.find(({ team_id, agents }) => team_id !== sampleTeam && agents > 0)?.team_id;
  // Who has agents and comes to the sample all the same means to be here.
  const [hadOwn] = useState(own !== undefined);
  useEffect(() => {
    if (own !== undefined && !hadOwn) void navigate({ to: '/', search: { team: own } });
  }, [own, hadOwn, navigate]);
  if (hadOwn) return null;
  return (
    <Panel title="These agents are a sample: watch your own">
      <p className="pb-3 text-sm text-quiet">
        Put this in front of any command. This page goes to its card with the first record.
      </p>
      <WatchCommand team="default" />
    </Panel>
  );
}

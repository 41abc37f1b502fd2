import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { sessionQuery } from '../server/session.ts';

/** The team that is looked at: that of the address, else the one that was active last. */
export function useTeam(): string {
  const { team } = useSearch({ strict: false });
  const { data } = useQuery(sessionQuery);
  if (team !== undefined) return team;
  if (data === null || data === undefined) return 'default';
  return data.team_id === '*' ? (data.teams[0]?.team_id ?? 'default') : data.team_id;
}

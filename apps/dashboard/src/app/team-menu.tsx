import type { SignedIn } from '@telltale/contracts/http/sign-in';
import { useNavigate } from '@tanstack/react-router';
import { Select } from '../ui/select.tsx';
import { useTeam } from './use-team.ts';

/** Which team is looked at. Who has a key of one team has no choice, and sees its name. */
export function TeamMenu({ who }: { who: SignedIn }) {
  const team = useTeam();
  const navigate = useNavigate();
  const names = new Set([team, ...who.teams.map(({ team_id }) => team_id)]);
  if (who.team_id !== '*') return <span className="text-sm text-quiet">{team}</span>;
  return (
    <Select
      label="Team"
      value={team}
      options={[...names].map((value) => ({ value, label: value }))}
      onChange={(next) => void navigate({ to: '/', search: { team: next } })}
    />
  );
}

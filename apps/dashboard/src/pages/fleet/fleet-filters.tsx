import { useNavigate } from '@tanstack/react-router';
import { SearchBox } from '../../ui/search-box.tsx';
import { Select } from '../../ui/select.tsx';
import type { FleetSearch } from './arrange-agents.ts';

const sorts = [
  { value: 'name', label: 'Name' },
  { value: 'activity', label: 'Last activity' },
  { value: 'cost', label: 'Cost' },
  { value: 'tokens', label: 'Tokens' },
  { value: 'memory', label: 'Peak memory' },
] as const;
const groupings = [
  { value: 'none', label: 'Nothing' },
  { value: 'state', label: 'State' },
  { value: 'team', label: 'Team' },
  { value: 'host', label: 'Host' },
  { value: 'crew', label: 'Crew' },
] as const;
const states = ['working', 'waiting', 'idle', 'stuck', 'over_budget', 'silent', 'done'];

/** What the fleet is narrowed to; all of it lies in the address. */
export function FleetFilters({ search }: { search: FleetSearch }) {
  const navigate = useNavigate({ from: '/' });
  const change = (part: FleetSearch): void =>
    void navigate({ search: (before) => ({ ...before, ...part }), replace: true });
  return (
    <>
      <SearchBox
        label="Find an agent"
        value={search.q ?? ''}
        onChange={(q) => change({ q: q === '' ? undefined : q })}
      />
      <Select
        label="State"
        value={search.state ?? 'any'}
        options={[
          { value: 'any', label: 'Any' },
          ...states.map((value) => ({ value, label: value.replace('_', ' ') })),
        ]}
        onChange={(state) => change({ state: state === 'any' ? undefined : state })}
      />
      <Select
        label="Group"
        value={search.group ?? 'none'}
        options={groupings}
        onChange={(group) => change({ group: group === 'none' ? undefined : group })}
      />
      <Select
        label="Sort"
        value={search.sort ?? 'name'}
        options={sorts}
        onChange={(sort) => change({ sort: sort === 'name' ? undefined : sort })}
      />
    </>
  );
}

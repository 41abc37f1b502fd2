import type { SignedIn } from '@telltale/contracts/http/sign-in';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { agentsQuery } from '../server/agents.ts';
import { runsQuery } from '../server/runs.ts';
import { sessionsQuery } from '../server/metrics.ts';
import { tasksQuery } from '../server/tasks.ts';
import { Dialog } from '../ui/dialog.tsx';
import { navItems } from './nav-items.ts';
import { useTeam } from './use-team.ts';

const item =
  'flex items-center gap-2 rounded-md px-2.5 py-1.5 text-sm data-[selected=true]:bg-raised [&>span:last-child]:ml-auto';
const group = '[&_[cmdk-group-heading]]:caps [&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:py-1.5';

/** Goes to a page, an agent, a run, a session, a task or another team by a part of its name. */
export function PaletteDialog({
  who,
  open,
  onOpenChange,
}: {
  who: SignedIn;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}) {
  const team = useTeam();
  const navigate = useNavigate();
  const agents = useQuery(agentsQuery(team));
  const runs = useQuery(runsQuery(team, { limit: 50 }));
  const sessions = useQuery(sessionsQuery(team, { limit: 50 }));
  const tasks = useQuery(tasksQuery(team, { limit: 50 }));
  const go = (leave: () => Promise<void>) => () => {
    onOpenChange(false);
    void leave();
  };
  const entry = (kind: string, id: string, note: string, onSelect: () => void) => (
    <Command.Item key={`${kind} ${id}`} value={`${kind} ${id} ${note}`} onSelect={onSelect} className={item}>
      <span className="truncate">{id}</span>
      <span className="truncate text-xs text-quiet">{note}</span>
    </Command.Item>
  );

  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Go to anything" hideTitle>
      <Command loop label="Go to anything">
        <Command.Input
          autoFocus
          placeholder="A page, agent, run, session, task or team"
          className="w-full border-b border-line bg-transparent px-4 py-3 text-base outline-none placeholder:text-quiet"
        />
        <Command.List className="max-h-[56vh] overflow-auto p-2">
          <Command.Empty className="px-3 py-6 text-center text-sm text-quiet">
            Nothing has that in its name.
          </Command.Empty>
          <Command.Group heading="Pages" className={group}>
            {navItems.map(({ to, label }) =>
              entry(
                'page',
                label,
                '',
                go(() => navigate({ to })),
              ),
            )}
          </Command.Group>
          <Command.Group heading="Agents" className={group}>
            {agents.data?.agents.map(({ agent_id, state }) =>
              entry(
                'agent',
                agent_id,
                state.replace('_', ' '),
                go(() => navigate({ to: '/agents/$id', params: { id: agent_id } })),
              ),
            )}
          </Command.Group>
          <Command.Group heading="Runs" className={group}>
            {runs.data?.runs.map(({ run_id, agent_id, command }) =>
              entry(
                'run',
                run_id,
                command ?? agent_id,
                go(() => navigate({ to: '/runs/$id', params: { id: run_id } })),
              ),
            )}
          </Command.Group>
          <Command.Group heading="Sessions" className={group}>
            {sessions.data?.sessions.map(({ session_id, agent_ids }) =>
              entry(
                'session',
                session_id,
                agent_ids.join(', '),
                go(() => navigate({ to: '/sessions/$id', params: { id: session_id } })),
              ),
            )}
          </Command.Group>
          <Command.Group heading="Tasks" className={group}>
            {tasks.data?.tasks.map(({ task_id, status }) =>
              entry(
                'task',
                task_id,
                status.toLowerCase(),
                go(() => navigate({ to: '/tasks/$id', params: { id: task_id } })),
              ),
            )}
          </Command.Group>
          {who.teams.length < 2 ? null : (
            <Command.Group heading="Teams" className={group}>
              {who.teams.map(({ team_id }) =>
                entry(
                  'team',
                  team_id,
                  '',
                  go(() => navigate({ to: '/', search: { team: team_id } })),
                ),
              )}
            </Command.Group>
          )}
        </Command.List>
      </Command>
    </Dialog>
  );
}

import type { AgentRow } from '@telltale/contracts/http/agents';
import type { AgentGroup } from './arrange-agents.ts';

export type GridRow =
  | { kind: 'head'; key: string; name: string; count: number; ofTeam: boolean }
  | { kind: 'cards'; key: string; agents: readonly AgentRow[] };

/** Groups as the rows of a grid; a group without a name has no head. */
export function layGrid(groups: readonly AgentGroup[], columns: number): GridRow[] {
  return groups.flatMap(({ name, agents, ofTeam = false }): GridRow[] => {
    const rows: GridRow[] =
      name === null ? [] : [{ kind: 'head', key: `head ${name}`, name, count: agents.length, ofTeam }];
    for (let from = 0; from < agents.length; from += columns) {
      rows.push({ kind: 'cards', key: `${name ?? ''} ${from}`, agents: agents.slice(from, from + columns) });
    }
    return rows;
  });
}

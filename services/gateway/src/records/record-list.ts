import { instant } from '@telltale/contracts/http/query';
import type { Clock } from '@telltale/runtime/clock';
import { findSubAgent, type Db, type RecordPage, type StoredRecord } from '@telltale/store/read';
import { z } from 'zod';
import { cursorsOf } from '../http/cursor.ts';
import { boundsOf, type PeriodQuery } from '../http/period.ts';

export type RecordDeps = { db: Db; clock: Clock };

type RecordQuery = PeriodQuery & {
  limit: number;
  offset: number;
  cursor?: string | undefined;
  order: 'asc' | 'desc';
  agent_id?: string | undefined;
  session_id?: string | undefined;
  task_id?: string | undefined;
  run_id?: string | undefined;
};

/** Records are ordered by time and id, and that pair is where a page ends. */
const position = z.tuple([instant, z.uuid()]);

/** What the four record lists share: the page of a query, and the page part of its answer. */
export function recordList(operation: string, { db, clock }: RecordDeps) {
  const cursors = cursorsOf(operation, position);
  return {
    async page(team: string, query: RecordQuery): Promise<RecordPage> {
      const after = cursors.read(team, query);
      const { agent_id } = query;
      // The records of a sub-agent are its agent's.
      const whose = agent_id === undefined ? null : await findSubAgent(db, team, agent_id);
      return {
        teamId: team,
        agentId: agent_id,
        sessionId: query.session_id,
        taskId: query.task_id,
        runId: query.run_id,
        ...whose,
        ...boundsOf(query, clock.now()),
        order: query.order,
        after: after === null ? null : { at: after[0], id: after[1] },
        limit: query.limit,
        offset: query.offset,
      };
    },
    rest(team: string, query: RecordQuery, found: { records: StoredRecord[]; more: boolean }) {
      const last = found.records.at(-1);
      const end = found.more && last !== undefined ? ([last.at, last.id] as [string, string]) : null;
      return { limit: query.limit, offset: query.offset, ...cursors.write(team, query, end) };
    },
  };
}

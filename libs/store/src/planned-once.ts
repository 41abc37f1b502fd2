import { createHash } from 'node:crypto';
import { sql, type RawBuilder } from 'kysely';
import type { PoolClient } from 'pg';

const mark = '/* planned once */';

/**
 * Begins a statement that each connection plans once and then only executes. For questions that are asked all the time
 * and stand on one index whatever their values are: planning one over the partitions of a raw table takes about 1 ms,
 * executing it 0.1 ms. Values go in as parameters; a text that varies would be planned anew and kept each time.
 */
export const plannedOnce: RawBuilder<unknown> = sql.raw(mark);

/** More texts than this are a mistake, and statements that are kept cost memory on each connection: the rest is not. */
const mostTexts = 64;

/** Has the connections given to it send marked statements under a name, which is what makes PostgreSQL keep the plan. */
export function createPlanKeeper(): (client: PoolClient) => void {
  const names = new Map<string, string>();
  const nameOf = (text: string): string | undefined => {
    const known = names.get(text);
    if (known !== undefined || names.size >= mostTexts) return known;
    const name = `planned_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
    names.set(text, name);
    return name;
  };
  return (client) => {
    const send: (...args: unknown[]) => unknown = client.query.bind(client);
    const query = (...args: unknown[]): unknown => {
      const [text, values] = args;
      const name = typeof text === 'string' && text.startsWith(mark) ? nameOf(text) : undefined;
      return name === undefined ? send(...args) : send({ name, text, values });
    };
    Object.assign(client, { query });
  };
}

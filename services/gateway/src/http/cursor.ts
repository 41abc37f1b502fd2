import { createHash } from 'node:crypto';
import { TelltaleError } from '@telltale/contracts/errors';
import { z } from 'zod';

const version = 1;
const envelope = z.tuple([z.literal(version), z.string(), z.unknown()]);

/** What a query narrows by, without where its page lies. */
type Filters = Readonly<Record<string, unknown>>;
const paging = new Set(['limit', 'offset', 'cursor']);

/** A cursor means nothing to another query: the hash of operation, team and filters travels with it. */
function fingerprint(operation: string, team: string, filters: Filters): string {
  const said = Object.entries(filters)
    .filter(([name, value]) => !paging.has(name) && value !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([operation, team, said]))
    .digest('base64url')
    .slice(0, 16);
}

const invalid = (why: string): TelltaleError =>
  new TelltaleError('invalid_cursor', `the cursor ${why}; start again without it`, {
    errors: [{ parameter: 'cursor', code: 'invalid_cursor', detail: why }],
  });

function unpack(text: string): z.output<typeof envelope> {
  try {
    return envelope.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch (error) {
    throw new TelltaleError('invalid_cursor', invalid('cannot be read').message, {
      errors: invalid('cannot be read').errors,
      cause: error,
    });
  }
}

/**
 * Cursors of one operation. `position` is the schema of the sort values of the last row of a page, which is all that a
 * cursor carries besides the fingerprint of its query.
 */
export function cursorsOf<P extends z.ZodType>(operation: string, position: P) {
  return {
    /** Where the page begins; null for the first page. 400 when the cursor is of another query or came with an offset. */
    read(team: string, query: Filters & { cursor?: string | undefined; offset?: number }): z.output<P> | null {
      if (query.cursor === undefined) return null;
      const [, hash, values] = unpack(query.cursor);
      if (hash !== fingerprint(operation, team, query)) throw invalid('belongs to a query with other filters');
      if ((query.offset ?? 0) > 0) throw invalid('does not go together with an offset');
      const parsed = position.safeParse(values);
      if (!parsed.success) throw invalid('cannot be read');
      return parsed.data;
    },
    /** The page part of an answer. */
    write(team: string, query: Filters, last: z.output<P> | null): { next_cursor?: string } {
      if (last === null) return {};
      const packed = JSON.stringify([version, fingerprint(operation, team, query), last]);
      return { next_cursor: Buffer.from(packed).toString('base64url') };
    },
  };
}

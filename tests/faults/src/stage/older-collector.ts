import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * Loaded before a collector: it is then one of the version before, which knows less. Of `TELLTALE_TEST_OLDER`,
 * `batches` knows no batch of this version, and `records` neither agent steps of this version nor tool calls at all.
 */
const older: Record<string, Record<string, readonly [known: string, before: string][]>> = {
  batches: {
    '/libs/stream/src/batch-codec.ts': [["typeof version === 'number' && version !== 1", 'version !== 0']],
  },
  records: {
    '/libs/store/src/ingest/record-rows.ts': [
      ['if (v !== 1) {', "if (v !== 1 || kind === 'agent_step') {"],
      ['} else if (!isKind(kind)) {', "} else if (!isKind(kind) || kind === 'tool_call') {"],
    ],
  },
};
const changes = older[process.env['TELLTALE_TEST_OLDER'] ?? ''] ?? {};

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const [, edits] = Object.entries(changes).find(([path]) => url.endsWith(path)) ?? [];
    if (edits === undefined) return loaded;
    let source = readFileSync(fileURLToPath(url), 'utf8');
    for (const [known, before] of edits) {
      if (!source.includes(known))
        throw new Error(`${url} has no ${known} any more: the older version must be made anew`);
      source = source.replace(known, before);
    }
    return { ...loaded, source };
  },
});

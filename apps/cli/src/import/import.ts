import { createRedactor } from '@telltale/sdk/capture/redactor';
import { createHttpTransport } from '@telltale/sdk/transport/http-transport';
import { systemClock } from '@telltale/runtime/clock';
import { readConfig } from '@telltale/runtime/config';
import { z } from 'zod';
import type { ClientFlags } from '../commands/client-flags.ts';
import type { Context } from '../context.ts';
import { findTarget } from '../instance/find-instance.ts';
import { findTranscripts } from './find-transcripts.ts';
import { openApi } from '../open-api.ts';
import { createToldTools } from './told-tools.ts';
import { importTranscript, type Imported } from './import-transcript.ts';
import { sourcesOf } from './kinds.ts';

export type ImportFlags = ClientFlags & { agent?: string; only?: string; session?: string; dryRun?: boolean };

const nothing: Imported = { lines: 0, known: 0, calls: 0, tools: 0 };

/** Reads the transcripts of this user's agents into history; again only what is new. */
export async function importTranscripts(flags: ImportFlags, context: Context): Promise<void> {
  const { url, apiKey: key } = findTarget(flags, context.env);
  const { TELLTALE_TEAM: team } = readConfig({ TELLTALE_TEAM: z.string().optional() }, context.env, {
    TELLTALE_TEAM: flags.team,
  });
  const transcripts = (await findTranscripts(sourcesOf(context.env))).filter(
    ({ kind, path }) =>
      (flags.only === undefined || kind.name === flags.only) &&
      (flags.session === undefined || path.includes(flags.session)),
  );
  const transport = createHttpTransport({ url, key, ...(team === undefined ? {} : { team }) });
  const isTold = createToldTools(openApi(flags, context));
  const redactor = createRedactor({ secrets: [] });
  const stop = new AbortController();
  const total = { ...nothing };
  try {
    for (const transcript of transcripts) {
      const done = await importTranscript(transcript, {
        transport,
        clock: systemClock,
        signal: stop.signal,
        agent: flags.agent,
        redact: (text) => redactor.redact(text).text,
        isTold,
        dryRun: flags.dryRun === true,
      });
      for (const name of ['lines', 'known', 'calls', 'tools'] as const) total[name] += done[name];
    }
  } finally {
    stop.abort();
    await transport.close();
  }
  if (flags.json) {
    const { lines, known, calls, tools } = total;
    context.out(`${JSON.stringify({ transcripts: transcripts.length, lines, known, calls, tools })}\n`);
    return;
  }
  if (flags.quiet) return;
  const verb = flags.dryRun ? 'would be imported' : 'imported';
  context.out(
    `${transcripts.length} transcripts: ${total.calls} calls and ${total.tools} uses of tools ${verb}, ${total.known} lines known already\n`,
  );
}

import { createHash } from 'node:crypto';
import type { RecordDraft } from '@telltale/sdk/recorder/draft';
import type { LimitReading } from '../limits/run-limits.ts';
import { findLoop, loopMemory } from './find-loop.ts';

/** Tokens without progress that are worth a word, where no limit says otherwise; what came from a cache is not in them. */
const usualTokens = 250_000;
/** The part of a limit from which on it is said. */
const warnPart = 0.8;
/** Files are looked at this often on the way to the limit. */
const looks = 4;

type Call = Extract<RecordDraft, { kind: 'llm_call' }>;
type ToolCall = Extract<RecordDraft, { kind: 'tool_call' }>;

const freshTokens = (call: Call): number =>
  Math.max(0, (call.input_tokens ?? 0) - (call.cache_read_tokens ?? 0)) + (call.output_tokens ?? 0);

/**
 * What a call has to share with another to be the same again: what was asked. Where only its size is known (the telemetry of
 * Claude Code leaves it out), that of the answer has to be the same too; null where not even that is told.
 */
function signatureOf(call: ToolCall): string | null {
  const { tool_name: tool, input_preview: input = '', input_size_bytes: asked, output_size_bytes: answered } = call;
  if (input === '' && (asked === undefined || answered === undefined)) return null;
  const what = input === '' ? `${asked} bytes\0${answered}` : `${input}\0${asked ?? ''}`;
  return createHash('sha1').update(`${tool}\0${what}`).digest('base64');
}

/**
 * Watches whether something comes of what a run spends. Progress is a commit or another successful change in git, a file
 * that came or was changed, or a tool that did with success what it had not just done. Two things are said, with their
 * evidence: tokens that grow without any of it, and the same tool calls over and over, in a cycle of one to four.
 */
export function watchProgress({
  most,
  lookAtFiles,
  onStuck,
  onExceeded,
  onProgress,
  now,
}: {
  /** Tokens that may be used without progress; undefined: not limited, only said. */
  most: number | undefined;
  lookAtFiles: () => Promise<string>;
  onStuck: (reading: LimitReading) => void;
  onExceeded: (reading: LimitReading) => void;
  /** It goes on after it was said to be stuck. */
  onProgress: (limit: LimitReading['limit']) => void;
  /** ms since 1970 */
  now: () => number;
}) {
  const cap = most ?? usualTokens;
  const warnAt = most === undefined ? cap : cap * warnPart;
  /** By origin: the same calls may be told of in several ways, so the greatest counts. */
  let tokens = new Map<Call['origin'], number>();
  let since = now();
  let [calls, failedTools, repeatedTools] = [0, 0, 0];
  let files: string | null = null;
  let looked = 0;
  let looking = false;
  let said: 'idleTokens' | null = null;
  let exceeded = false;
  let looped = false;
  /** Calls that cannot be told to be the same as another are like none. */
  let unlike = 0;
  let tools: { name: string; signature: string }[] = [];
  /** Somebody tells of tools who knows more than the wire does. */
  let toldTools = false;

  const spent = (): number => Math.max(0, ...tokens.values());

  const progressed = (): void => {
    tokens = new Map();
    since = now();
    [calls, failedTools, repeatedTools, looked] = [0, 0, 0, 0];
    if (said !== null) onProgress(said);
    said = null;
  };

  const reading = (value: number): LimitReading => ({
    limit: 'idleTokens',
    value,
    cap,
    evidence: {
      since: new Date(since).toISOString(),
      calls,
      failed_tools: failedTools,
      repeated_tools: repeatedTools,
      commits: 0,
      changed_files: 0,
    },
  });

  const judge = (): void => {
    const value = spent();
    if (value >= warnAt && said === null) {
      said = 'idleTokens';
      onStuck(reading(value));
    }
    if (most !== undefined && value >= most && !exceeded) {
      exceeded = true;
      onExceeded(reading(value));
    }
  };

  /** Files are only looked at when much was spent since the last look; what is found decides. */
  const look = async (): Promise<void> => {
    looking = true;
    const found = await lookAtFiles();
    looking = false;
    // The first look is what later ones are compared with: it alone says nothing.
    const before = files;
    files = found;
    if (before === null) return;
    if (before === found) judge();
    else progressed();
  };

  const sawCall = (call: Call): void => {
    tokens.set(call.origin, (tokens.get(call.origin) ?? 0) + freshTokens(call));
    calls += 1;
    const due = Math.floor(spent() / (warnAt / looks));
    if (looking || (due <= looked && spent() < warnAt)) return;
    looked = due;
    void look();
  };

  const sawTool = (call: ToolCall): void => {
    const onWire = call.attributes?.['signal'] === 'wire';
    if (onWire && toldTools) return;
    // What the wire told until now is told again by who comes now: twice the same is no loop.
    if (!onWire && !toldTools) tools = [];
    toldTools ||= !onWire;
    unlike += 1;
    const signature = signatureOf(call) ?? `unlike ${unlike}`;
    const known = tools.some((one) => one.signature === signature);
    tools = [...tools, { name: call.tool_name, signature }].slice(-loopMemory);
    if (!call.success) failedTools += 1;
    else if (known) repeatedTools += 1;
    else progressed();
    const loop = findLoop(tools.map((one) => one.signature));
    if (loop === null) {
      if (looped) onProgress('toolLoop');
      looped = false;
    } else if (!looped) {
      looped = true;
      const names = tools.slice(-loop.period).map(({ name }) => name);
      onStuck({
        limit: 'toolLoop',
        value: loop.repeats,
        cap: loop.repeats,
        evidence: { period: loop.period, repeats: loop.repeats, tools: names.join(', ').slice(0, 500) },
      });
    }
  };

  return {
    saw(record: RecordDraft): void {
      if (record.kind === 'llm_call') sawCall(record);
      else if (record.kind === 'tool_call') sawTool(record);
      else if (record.kind === 'git_activity' && record.success && changesSomething.has(record.operation)) progressed();
      else if (record.kind === 'artifact') progressed();
    },
  };
}

/** Looking around in a repository is no progress. */
const changesSomething = new Set(['commit', 'merge', 'push', 'rebase', 'cherry-pick', 'revert', 'tag', 'stash']);

import { limits } from '@telltale/contracts/limits';
import type { Clock } from '@telltale/runtime/clock';
import type { AgentLines, Emit } from '../agent-lines/agent-lines.ts';
import { createClaudeLines, isClaudeLine } from '../agent-lines/claude-lines.ts';
import { clineModel, createClineLines, isClineLine } from '../agent-lines/cline-lines.ts';
import { codexModel, createCodexLines, isCodexLine } from '../agent-lines/codex-lines.ts';
import { createCodexText } from '../agent-lines/codex-text.ts';
import { createOpencodeLines, isOpencodeLine } from '../agent-lines/opencode-lines.ts';
import { createGeminiLines, isGeminiResult } from '../agent-lines/gemini-lines.ts';
import { clientOf } from '../proxy/clients/client-of.ts';
import { isJson, type Json } from '@telltale/answers/json-fields';
import { createPrivateKeyLines } from '../capture/private-key-lines.ts';
import type { GitActivity } from '../git/git-activity.ts';
import { decodeLine, fitForRecord } from './decode-line.ts';
import { levelOfJson, levelOfText, type Level } from './detect-level.ts';
import { createLineOwner } from './line-owner.ts';
import { createLineSplitter, type Line, type LineSplitter } from './line-splitter.ts';
import { stripAnsi } from './strip-ansi.ts';
import { matchText } from './text-patterns.ts';

export type OutputStream = 'stdout' | 'stderr';

/** Kept of a line for the log. */
const keptBytes = limits.textLength;
/** Beyond it, so that a secret that begins within the limit is still seen whole. */
const overlapBytes = 4 * 1024;
/** Kept of a line that may be the JSON of a client: a result can carry a whole file. */
const keptJsonBytes = 8 * 1024 * 1024;
const openBrace = 0x7b;
const openBracket = 0x5b;

type Source = 'orchestrator' | 'git' | 'llm' | OutputStream;
type Found = { level: Level; source: Source };

export type OutputReader = {
  splitterFor(stream: OutputStream): LineSplitter;
  lines(): number;
  /** All output was read. */
  end(): void;
};

/**
 * Makes records of what a program prints: every line is a log entry, in order; the classic patterns and the JSON lines
 * of known clients are also what they tell of.
 */
export function createOutputReader({
  argv,
  agents = [],
  orchestrator,
  clock,
  emit: emitAny,
  onGitText,
}: {
  argv: readonly string[];
  /** Of a process that several share: what stands behind the name of one was printed by it. */
  agents?: readonly string[];
  /** The run was declared to be one that directs others: its plain lines have that source. */
  orchestrator: boolean;
  clock: Clock;
  emit: Emit;
  onGitText: (activity: GitActivity) => void;
}): OutputReader {
  const isGemini = clientOf(argv)?.name === 'gemini';
  const codexText = createCodexText({ argv, emit: emitAny });
  const ownerOf = createLineOwner(agents);
  let lines = 0;

  /** Each agent's lines are a conversation of their own; those of nobody in particular are another. */
  const readersFor = (agent: string | undefined) => {
    const emit: Emit =
      agent === undefined
        ? emitAny
        : (draft) => emitAny(draft.agent_id === undefined ? { ...draft, agent_id: agent } : draft);
    const claude = createClaudeLines({ emit });
    const codex = createCodexLines({ emit, clock, model: codexModel(argv) });
    const cline = createClineLines({ emit, model: clineModel(argv) });
    const gemini = createGeminiLines({ emit, model: codexModel(argv) });
    const opencode = createOpencodeLines({ emit, model: clineModel(argv) });
    return {
      emit,
      gemini,
      of(line: Json): AgentLines | null {
        if (isClaudeLine(line)) return claude;
        if (isCodexLine(line)) return codex;
        if (isGemini && isGeminiResult(line)) return gemini;
        if (isOpencodeLine(line)) return opencode;
        return isClineLine(line) ? cline : null;
      },
      end: () => [claude, codex, cline, gemini].forEach((reader) => reader.end()),
    };
  };
  type Readers = ReturnType<typeof readersFor>;
  const nobodys = readersFor(undefined);
  const named = new Map<string, Readers>();
  const readersOf = (agent: string): Readers => {
    const known = named.get(agent) ?? readersFor(agent);
    named.set(agent, known);
    return known;
  };

  /** A JSON value that is a client's line, or several of them in one array. */
  const takeJson = (value: unknown, readers: Readers): boolean => {
    const items = Array.isArray(value) ? value.filter(isJson) : isJson(value) ? [value] : [];
    let usage = false;
    for (const item of items) usage = (readers.of(item)?.take(item) ?? false) || usage;
    return usage;
  };

  const findInJson = (text: string, plain: Source, readers: Readers): Found | null => {
    try {
      const value: unknown = JSON.parse(text);
      const usage = takeJson(value, readers);
      return { level: isJson(value) ? levelOfJson(value) : 'info', source: usage ? 'llm' : plain };
    } catch {
      // It only looked like JSON.
      return null;
    }
  };

  const findInText = (text: string, plain: Source, { emit }: Readers): Found => {
    const found = matchText(text);
    const level = levelOfText(text);
    if (found === null) return { level, source: plain };
    if (found.type === 'usage') {
      emit({
        kind: 'llm_call',
        model: 'unknown',
        status: 'ok',
        origin: 'stdout',
        input_tokens: found.inputTokens,
        output_tokens: found.outputTokens,
      });
      return { level, source: 'llm' };
    }
    const detail = found.operation === 'commit' ? { files_changed: found.files } : { branch: found.branch };
    onGitText({ operation: found.operation, success: true, origin: 'stdout', ...detail });
    return { level, source: 'git' };
  };

  /** What may be JSON, of all bytes: a client's line is longer than what is kept of a text. */
  const jsonOf = (line: Line, text: string, isNamed: boolean): string | null => {
    if (line.droppedBytes > 0 || !/^[[{]/.test(text)) return null;
    const whole = line.bytes.toString('utf8');
    return isNamed ? (ownerOf(whole)?.rest ?? null) : whole;
  };

  const takeLine = (line: Line, stream: OutputStream, isKeyBody: (line: string) => boolean): void => {
    lines += 1;
    const text = fitForRecord(decodeLine(line.bytes, keptBytes + overlapBytes));
    const keyBody = isKeyBody(text);
    const plain = orchestrator ? 'orchestrator' : stream;
    const owner = ownerOf(text);
    const readers = owner === null ? nobodys : readersOf(owner.agent);
    if (isGemini) readers.gemini.takeText(owner?.rest ?? text);
    if (stream === 'stderr') codexText.take(stripAnsi(owner?.rest ?? text));
    const json = jsonOf(line, owner?.rest ?? text, owner !== null);
    const inJson = json === null ? null : findInJson(json, plain, readers);
    const { level, source } = inJson ?? findInText(owner?.rest ?? stripAnsi(text), plain, readers);
    const total = line.bytes.length + line.droppedBytes;
    // What does not fit into the message; of bytes that are no text the number of replacements counts.
    const cut = Math.max(0, total - Math.min(keptBytes, Buffer.byteLength(text)));
    emitAny({
      kind: 'log_entry',
      level,
      source,
      message: keyBody ? '‹redacted:private_key›' : text,
      line: line.number,
      ...(cut > 0 || source !== stream
        ? { attributes: { ...(cut > 0 ? { dropped_bytes: cut } : {}), ...(source === stream ? {} : { stream }) } }
        : {}),
    });
  };

  return {
    splitterFor(stream) {
      const isKeyBody = createPrivateKeyLines();
      return createLineSplitter({
        // Where several print, JSON may stand behind a name.
        keep: (first) =>
          agents.length > 1 || first === openBrace || first === openBracket ? keptJsonBytes : keptBytes + overlapBytes,
        onLine: (line) => takeLine(line, stream, isKeyBody),
      });
    },
    lines: () => lines,
    end() {
      for (const readers of [nobodys, ...named.values()]) readers.end();
      codexText.end();
    },
  };
}

import type { LiveMessage } from '../live.ts';
import { plainText } from './plain-text.ts';

/** The newest thing an agent did, in one line. */
export type Activity = { at: string; text: string };

const said = (at: string | undefined, ...words: (string | null | undefined)[]): Activity | null =>
  at === undefined
    ? null
    : { at, text: words.filter((word) => word !== null && word !== undefined && word !== '').join(' · ') };

/** Names by which a program's own events tell what they say, the shortest word first. */
const telling = ['type', 'event', 'subtype', 'level', 'name', 'msg', 'message', 'text', 'result', 'error'] as const;

/** A line as text alone; of an event in JSON, which programs print for programs, what a person would read. */
export function readableLine(printed: string): string {
  const line = plainText(printed);
  if (!line.startsWith('{') || !line.endsWith('}')) return line;
  try {
    const event: unknown = JSON.parse(line);
    const words = telling.map((name): unknown => Reflect.get(event as object, name));
    return words.filter((word) => typeof word === 'string' && word !== '').join(' · ') || line;
  } catch {
    return line;
  }
}

/** null for what is no activity: samples and totals. */
export function describeActivity({ event, data }: LiveMessage): Activity | null {
  switch (event) {
    case 'metrics_update':
    case 'team_totals':
      return null;
    case 'log_entry': {
      const item = data.items.at(-1);
      return said(item?.timestamp, item === undefined ? undefined : readableLine(item.message));
    }
    case 'git_activity': {
      const item = data.items.at(-1);
      return said(item?.at, item?.operation, item?.message ?? item?.branch);
    }
    case 'llm_call': {
      const item = data.items.at(-1);
      return said(item?.at, 'model call', item?.model, item?.status === 'ok' ? null : item?.status);
    }
    case 'tool_call': {
      const item = data.items.at(-1);
      return said(item?.at, 'tool', item?.tool_name, item?.success === false ? 'failed' : null);
    }
    case 'service_call': {
      const item = data.items.at(-1);
      return said(item?.at, item?.service_name, item?.operation, item?.success === false ? 'failed' : null);
    }
    case 'task_event': {
      const item = data.items.at(-1);
      return said(item?.at, 'task', item?.event_type, item?.status?.toLowerCase());
    }
    case 'run_event': {
      const item = data.items.at(-1);
      return said(item?.at, 'run', item?.event, item?.step ?? item?.reason);
    }
    case 'memory_operation': {
      const item = data.items.at(-1);
      return said(item?.at, 'memory', item?.operation);
    }
    case 'agent_step': {
      const item = data.items.at(-1);
      return said(item?.at, item?.name, item?.summary);
    }
    case 'artifact': {
      const item = data.items.at(-1);
      return said(item?.at, 'artifact', item?.artifact_type);
    }
    default:
      return data satisfies never;
  }
}

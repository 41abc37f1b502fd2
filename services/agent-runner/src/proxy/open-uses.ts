import type { IncomingHttpHeaders } from 'node:http';
import type { callerOf } from '@telltale/answers/caller';
import type { Wire } from '@telltale/answers/call-shape';
import type { ToolUse } from '@telltale/answers/tool-uses';

/** A call whose answer may ask for tools. */
export type AskingCall = { wire: Wire; agent: string | undefined; headers: IncomingHttpHeaders };

export type OpenUse = {
  use: ToolUse;
  wire: Wire;
  agent: string | undefined;
  caller: ReturnType<typeof callerOf>;
  /** How many messages the request had whose answer asks for it: what brings the result has more. */
  messages: number;
  /** When the answer was whole; undefined while it comes. */
  endedMono: number | undefined;
};

/** An answer that nobody goes on from leaves its uses here; the oldest are forgotten. */
const mostOpen = 2_000;

/** So many ids are looked for by themselves, which is quicker than to read a conversation. */
const mostLooked = 32;

/** The uses of tools that wait for their results. */
export function createOpenUses() {
  const all = new Set<OpenUse>();
  /** Servers may give one id to uses of several conversations. */
  const byId = new Map<string, OpenUse[]>();
  const keyOf = (wire: Wire, id: string): string => `${wire}:${id}`;

  const close = (one: OpenUse): void => {
    all.delete(one);
    if (one.use.id === undefined) return;
    const key = keyOf(one.wire, one.use.id);
    const others = (byId.get(key) ?? []).filter((other) => other !== one);
    if (others.length > 0) byId.set(key, others);
    else byId.delete(key);
  };

  return {
    size: (): number => all.size,
    /** Whether a request may bring a result: it has to name a use, where all have ids that are written in one way. */
    mayBeIn(wire: Wire, chunks: readonly Buffer[]): boolean {
      if (all.size === 0) return false;
      const ids = [...all].map((one) => (one.wire === wire ? one.use.id : ''));
      if (ids.length > mostLooked || ids.some((id) => id === undefined || !/^[\w.:-]*$/.test(id))) return true;
      const [first = Buffer.alloc(0)] = chunks;
      const whole = chunks.length > 1 ? Buffer.concat(chunks) : first;
      return ids.some((id) => id !== '' && id !== undefined && whole.includes(id));
    },
    open(one: OpenUse): void {
      all.add(one);
      if (one.use.id !== undefined) {
        const key = keyOf(one.wire, one.use.id);
        byId.set(key, [...(byId.get(key) ?? []), one]);
      }
      const [oldest] = all;
      if (all.size > mostOpen && oldest !== undefined) close(oldest);
    },
    close,
    /** The oldest with that id. */
    withId: (wire: Wire, id: string): OpenUse | undefined => byId.get(keyOf(wire, id))?.[0],
    /** The oldest of those without an id with that name, or any where there is none, that was asked for before so many messages. */
    withName(wire: Wire, name: string | undefined, messages: number): OpenUse | undefined {
      for (const one of all) {
        if (one.use.id !== undefined || one.wire !== wire || one.messages >= messages) continue;
        if (name === undefined || name === one.use.name) return one;
      }
      return undefined;
    },
  };
}

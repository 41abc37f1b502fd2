import { stripAnsi } from './strip-ansi.ts';

/** `[name] …`, `name: …` or `name | …` at the start of a line says whose it is. */
const prefix = /^\s*(?:\[([^\]]{1,200})\]\s?|([^\s:|]{1,200})\s*[:|](?:\s|$))/;

export type LineOwner = (line: string) => { agent: string; rest: string } | null;

/** Which of several agents in one process a line names before it begins, in whatever colour, and the line behind that. */
export function createLineOwner(agents: readonly string[]): LineOwner {
  const all = new Set(agents);
  return (line) => {
    if (all.size < 2) return null;
    const plain = stripAnsi(line);
    const found = prefix.exec(plain);
    const agent = found?.[1] ?? found?.[2];
    if (found === null || agent === undefined || !all.has(agent)) return null;
    return { agent, rest: plain.slice(found[0].length) };
  };
}

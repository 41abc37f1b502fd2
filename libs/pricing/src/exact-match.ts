import type { MatchLogic, ModelInfo } from '@pydantic/genai-prices';
import { coreName } from './core-name.ts';

function isSpelledOut(logic: MatchLogic, name: string, core: string): boolean {
  if ('or' in logic) return logic.or.some((part) => isSpelledOut(part, name, core));
  if ('and' in logic) return logic.and.some((part) => isSpelledOut(part, name, core));
  if ('regex' in logic) {
    const anchored = logic.regex.startsWith('^') && logic.regex.endsWith('$');
    return anchored && !logic.regex.includes('(?!') && new RegExp(logic.regex).test(name);
  }
  const literal = Object.values(logic)[0] as string;
  return literal.toLowerCase() === name || coreName(literal) === core;
}

/**
 * Whether the price list names this very model. The list matches many names by prefix; a match that leaves a version
 * ("claude-sonnet-5-5" under "claude-sonnet-5") is another model's price and only an approximation.
 */
export function isExactMatch(requested: string, listed: ModelInfo): boolean {
  const name = requested.toLowerCase().trim();
  const core = coreName(name);
  return listed.id.toLowerCase() === name || coreName(listed.id) === core || isSpelledOut(listed.match, name, core);
}

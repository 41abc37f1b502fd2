import type { ClientName } from '../proxy/clients/client-of.ts';

/** What is told of who sent a request stands at its beginning. */
const mostBytes = 64 * 1024;

/** The name of the service in either encoding (in protobuf behind two tags and lengths); Claude Code's own scope stays where a person gave it another name. */
const service =
  /service\.name(?:"\s*,\s*"value"\s*:\s*\{\s*"stringValue"\s*:\s*"|[^A-Za-z]{4})(claude-code|gemini-cli|qwen-code|codex)(?![a-z])|(com\.anthropic\.claude_code)/s;
const names: Readonly<Record<string, ClientName>> = {
  'claude-code': 'claude',
  'com.anthropic.claude_code': 'claude',
  'gemini-cli': 'gemini',
  'qwen-code': 'qwen',
  codex: 'codex',
};

/** The client that a request of OTLP, in JSON or protobuf, is from; null for any other program. */
export function clientOfBody(plain: Buffer): ClientName | null {
  const found = service.exec(plain.toString('latin1', 0, mostBytes));
  return names[found?.[1] ?? found?.[2] ?? ''] ?? null;
}

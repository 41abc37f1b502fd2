import { expect, test } from 'vitest';
import { clientOfBody } from './client-of-body.ts';

type Resource = { service: string; scope?: string; note?: string };

const json = (resources: readonly Resource[]): Buffer =>
  Buffer.from(
    JSON.stringify({
      resourceLogs: resources.map(({ service, scope = 'x', note = '' }) => ({
        scopeLogs: [
          { scope: { name: scope }, logRecords: [{ attributes: [{ key: 'k', value: { stringValue: note } }] }] },
        ],
        resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
      })),
    }),
  );

const field = (number: number, value: string | Buffer): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
};
const pair = (key: string, value: string): Buffer => Buffer.concat([field(1, key), field(2, field(1, value))]);

const protobuf = ({ service, scope = 'x', note = '' }: Resource): Buffer => {
  const scoped = Buffer.concat([field(1, field(1, scope)), field(2, field(6, pair('k', note)))]);
  return field(1, Buffer.concat([field(1, field(1, pair('service.name', service))), field(2, scoped)]));
};

test.each([
  [{ service: 'claude-code', scope: 'com.anthropic.claude_code.events' }, 'claude'],
  [{ service: 'mine', scope: 'com.anthropic.claude_code' }, 'claude'],
  [{ service: 'gemini-cli' }, 'gemini'],
  [{ service: 'qwen-code' }, 'qwen'],
  [{ service: 'codex_exec' }, 'codex'],
  [{ service: 'codex_cli_rs' }, 'codex'],
  // A person's own program, however it is called and whatever it quotes.
  [{ service: 'claude-code' }, null],
  [{ service: 'claude-code-reviewer' }, null],
  [{ service: 'codex-rag' }, null],
  [{ service: 'gemini-cli-proxy' }, null],
  [{ service: 'qwen-code-bot' }, null],
  [{ service: 'mine', note: 'com.anthropic.claude_code' }, null],
  [{ service: 'mine', note: 'service.name codex_exec' }, null],
])('a body of %j is from %s, in either encoding', (resource, client) => {
  expect(clientOfBody('logs', 'json', json([resource]))).toBe(client);
  expect(clientOfBody('logs', 'protobuf', protobuf(resource))).toBe(client);
});

test('what holds more than one client, or cannot be read, is from none', () => {
  expect(clientOfBody('logs', 'json', json([{ service: 'gemini-cli' }, { service: 'mine' }]))).toBeNull();
  expect(clientOfBody('logs', 'json', Buffer.from('"service.name" codex_exec'))).toBeNull();
  expect(clientOfBody('logs', 'json', Buffer.from('{"resourceLogs":[]}'))).toBeNull();
});

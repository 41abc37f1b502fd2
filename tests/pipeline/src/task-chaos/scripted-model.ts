import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type ModelLedger = ReadonlyMap<string, { calls: number; tokens: number }>;
export type ScriptedModel = AsyncDisposable & {
  url: string;
  /** By task: what was asked, and what it came to. */ ledger: ModelLedger;
};

/** A model in OpenAI's words: each answer costs other tokens, and the task that asks stands in the message. */
export async function startScriptedModel(): Promise<ScriptedModel> {
  const ledger = new Map<string, { calls: number; tokens: number }>();
  let answers = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as { messages: { content: string }[] };
      const task = body.messages[0]?.content ?? '';
      answers += 1;
      const usage = { prompt_tokens: 100 + answers, completion_tokens: 10 + (answers % 7), total_tokens: 0 };
      usage.total_tokens = usage.prompt_tokens + usage.completion_tokens;
      const before = ledger.get(task) ?? { calls: 0, tokens: 0 };
      ledger.set(task, { calls: before.calls + 1, tokens: before.tokens + usage.total_tokens });
      const message = { role: 'assistant', content: 'done' };
      const choices = [{ index: 0, message, finish_reason: 'stop' }];
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({ id: `answer-${answers}`, object: 'chat.completion', model: 'gpt-5', choices, usage }),
      );
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    ledger,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

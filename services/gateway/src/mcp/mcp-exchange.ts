import { createMcpHandler, type McpServer } from '@modelcontextprotocol/server';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** The head of the request as the web has it; its body is parsed already and handed over beside it. */
export const webRequest = (request: FastifyRequest): Request =>
  new Request(`http://gateway${request.url}`, {
    method: request.method,
    headers: Object.entries(request.headers).flatMap(([name, value]) =>
      typeof value === 'string' && name !== 'authorization' ? [[name, value] as [string, string]] : [],
    ),
  });

/** Answers one request of Streamable HTTP by a server of its own: nothing is shared between two of them. */
export async function mcpExchange(
  request: FastifyRequest,
  reply: FastifyReply,
  makeServer: () => McpServer,
): Promise<FastifyReply> {
  const handler = createMcpHandler(makeServer, {
    onerror: (error) => request.log.debug({ err: error }, 'an MCP exchange went wrong'),
  });
  return reply.send(await handler.fetch(webRequest(request), { parsedBody: request.body }));
}

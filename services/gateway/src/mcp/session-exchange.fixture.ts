import { randomUUID } from 'node:crypto';
import {
  WebStandardStreamableHTTPServerTransport,
  type EventStore,
  type JSONRPCMessage,
  type McpServer,
} from '@modelcontextprotocol/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { webRequest } from './mcp-exchange.ts';

/** Messages of a session in their order, so that a client can take up a stream that broke off. */
function createEvents(): EventStore {
  const events: { stream: string; message: JSONRPCMessage }[] = [];
  return {
    storeEvent: async (stream, message) => String(events.push({ stream, message }) - 1),
    async replayEventsAfter(last, { send }) {
      const { stream = '' } = events[Number(last)] ?? {};
      for (const [id, event] of events.entries())
        // What only opened the stream is no message.
        if (id > Number(last) && event.stream === stream && 'jsonrpc' in event.message)
          await send(String(id), event.message);
      return stream;
    },
  };
}

/**
 * The transport of the product with one server a session in place of one a request: what a server needs to ask its client in the
 * middle of a request. The product's own tools ask nothing and go without.
 */
export function createSessions(makeServer: () => McpServer) {
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>();

  const open = async (): Promise<WebStandardStreamableHTTPServerTransport> => {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void sessions.set(id, transport),
      eventStore: createEvents(),
      retryInterval: 10,
    });
    await makeServer().connect(transport);
    return transport;
  };

  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const transport = sessions.get(String(request.headers['mcp-session-id'])) ?? (await open());
    return reply.send(await transport.handleRequest(webRequest(request), { parsedBody: request.body }));
  };
}

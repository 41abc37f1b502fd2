import { TelltaleError } from '@telltale/contracts/errors';
import type { FastifyInstance, HTTPMethods } from 'fastify';
import type { DeclaredRoute } from './request-context.ts';

/**
 * A path that exists answers methods it does not offer with 405 and the list of those it does, before the body is read
 * and without a key. Called once, after every route is declared.
 */
export function refuseOtherMethods(app: FastifyInstance, routes: readonly DeclaredRoute[]): void {
  const offered = new Map<string, Set<string>>();
  for (const { method, url } of routes) offered.set(url, (offered.get(url) ?? new Set()).add(method));
  for (const [url, methods] of offered) {
    const allow = [...methods].toSorted().join(', ');
    const others = app.supportedMethods.filter((method) => !methods.has(method)) as HTTPMethods[];
    const refuse = async () => {
      throw new TelltaleError('method_not_allowed', `this path offers ${allow}`);
    };
    app.route({
      method: others,
      url,
      config: { access: 'open' },
      schema: { hide: true },
      onRequest: async (_request, reply) => {
        void reply.header('allow', allow);
        await refuse();
      },
      handler: refuse,
    });
  }
}

import { TelltaleError } from '@telltale/contracts/errors';
import { QueryCache, QueryClient } from '@tanstack/react-query';

/** Told by the store or the network, not by what was asked: another try may help. */
const mayPass = new Set(['unavailable', 'internal', 'too_many_requests']);

const tryAgain = (failures: number, error: Error): boolean =>
  failures < 2 && (!(error instanceof TelltaleError) || mayPass.has(error.code));

/** The one place for what the server said. A session that is over shows the sign-in page, whatever was asked. */
export function createCache(): QueryClient {
  const cache: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        const over = error instanceof TelltaleError && error.code === 'unauthenticated';
        if (over && query.queryKey[0] !== 'session') void cache.invalidateQueries({ queryKey: ['session'] });
      },
    }),
    defaultOptions: {
      queries: { staleTime: 5_000, retry: tryAgain, retryDelay: 800, refetchOnWindowFocus: true },
    },
  });
  return cache;
}

import { queryOptions } from '@tanstack/react-query';

/** Bytes that are shown in the page; all of them come by the download. */
const shownBytes = 256 * 1024;

/** Where the store's artifact can be fetched from; null for one that lies elsewhere. */
export function artifactAddress(team: string, uri: string): string | null {
  const id = /^artifact:([0-9a-f-]{36})$/.exec(uri)?.[1];
  return id === undefined ? null : `/api/v1/artifacts/${id}?team_id=${encodeURIComponent(team)}`;
}

/** The beginning of an artifact as text, and whether there is more. */
export const artifactTextQuery = (address: string) =>
  queryOptions({
    queryKey: ['artifact', address],
    queryFn: async () => {
      const answer = await fetch(address, { headers: { range: `bytes=0-${shownBytes - 1}` } });
      if (!answer.ok) throw new Error(`the artifact could not be read: the gateway answered ${answer.status}`);
      const all = Number(answer.headers.get('content-range')?.split('/')[1] ?? Number.NaN);
      return { text: await answer.text(), isCut: Number.isFinite(all) && all > shownBytes };
    },
    staleTime: Infinity,
  });

import { createRestClient } from '@telltale/sdk/rest/rest-client';
import { createTelltaleApi, type TelltaleApi } from '@telltale/sdk/rest/telltale-api';

const apis = new Map<string, TelltaleApi>();

/** The API of the gateway this page came from, for one team. The browser's session goes along by itself. */
export function apiOf(team: string): TelltaleApi {
  const api = apis.get(team) ?? createTelltaleApi(createRestClient({ url: location.origin, team }));
  apis.set(team, api);
  return api;
}

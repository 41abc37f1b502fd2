// What a page of anybody's own would bundle: everything of the SDK that is for browsers.
export { createLiveClient } from '@telltale/sdk/live-client';
export { createRestClient } from '@telltale/sdk/rest/rest-client';
export { createTelltaleApi } from '@telltale/sdk/rest/telltale-api';

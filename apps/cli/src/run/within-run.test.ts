import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { withinRun } from './within-run.ts';

test('what flags say of where Telltale is holds within the run', () => {
  const env = { PATH: '/bin', TELLTALE_API_KEY: 'of the person' };
  expect(withinRun({}, env)).toEqual(env);
  expect(withinRun({ dataDir: 'data' }, env)).toEqual({ ...env, TELLTALE_DATA_DIR: resolve('data') });
  expect(withinRun({ url: 'http://there:1', apiKeyFile: 'key' }, env)).toEqual({
    PATH: '/bin',
    TELLTALE_URL: 'http://there:1',
    TELLTALE_API_KEY_FILE: resolve('key'),
    TELLTALE_API_KEY: undefined,
  });
});

import { overridesFile, type OverridesInput } from '@telltale/contracts/price-rows';
import { systemClock } from '@telltale/runtime/clock';
import { createLog } from '@telltale/runtime/log';
import { removePrice, setPrices } from '@telltale/store/config';
import { createDatabase } from '@telltale/store/database';
import { aRecord } from '@telltale/testkit/records';
import { createTestDatabase } from '@telltale/testkit/test-database';
import { until } from '@telltale/testkit/until';
import { expect, test } from 'vitest';
import { batchOf, createRig } from '../test-support/rig.ts';
import { keepTeamPrices } from './team-prices.ts';

const change = (teamId: string, input: Omit<OverridesInput, 'version'>) => {
  const { prices, default_price: defaultPrice } = overridesFile.parse({ version: 1, ...input });
  return { teamId, prices, defaultPrice, actor: 'user:test' };
};
const call = (at: string, fields: object = {}) =>
  aRecord('llm_call', { model: 'house-model', input_tokens: 1_000_000, output_tokens: 0, at, ...fields });
const june = '2026-06-01T00:00:00.000Z';
const december = '2026-12-01T00:00:00.000Z';

test('the instance prices for all, a team before it, by the time of the call and with its discount', async () => {
  await using server = await createTestDatabase();
  await using database = createDatabase({ url: server.url, max: 2, applicationName: 'prices-test' });
  const db = database.kysely;
  const log = createLog({ service: 'test', level: 'silent' });
  await using prices = keepTeamPrices({ db, clock: systemClock, log });
  const cost = async (team: string, record = call(june)) => (await prices.of([team])).get(team)?.(record);

  const unknown = await cost('red');
  expect(unknown).toMatchObject({ cost_usd: null, cost_source: 'unknown' });

  await setPrices(db, change('*', { prices: [{ model: 'house-model', per_million: { input: 2, output: 4 } }] }));
  const [own] = await setPrices(
    db,
    change('red', { prices: [{ model: 'house-model', from: '2026-07-01', per_million: { input: '3' } }] }),
  );
  await setPrices(db, change('red', { prices: [{ model: 'house-model', discount: 0.25 }] }));
  await prices.refresh();
  expect(await cost('blue')).toMatchObject({ cost_usd: '2.000000000', cost_source: 'computed' });
  expect(await cost('red')).toMatchObject({ cost_usd: '1.500000000', cost_source: 'computed' });
  expect(await cost('red', call(december))).toMatchObject({ cost_usd: '2.250000000' });
  const versions = [unknown, await cost('blue'), await cost('red')].map((one) => one?.price_version);
  expect(new Set(versions).size).toBe(3);

  expect(await removePrice(db, { teamId: 'red', priceId: own ?? '', actor: 'user:test' })).toBe(true);
  await prices.refresh();
  expect(await cost('red', call(december))).toMatchObject({ cost_usd: '1.500000000' });

  await setPrices(db, change('red', { prices: [], default_price: { per_million: { input: 1 } } }));
  await prices.refresh();
  const odd = call(june, { model: 'nobody-knows' });
  expect(await cost('red', odd)).toMatchObject({ cost_usd: '1.000000000', cost_source: 'estimated' });
  expect(await cost('blue', odd)).toMatchObject({ cost_usd: null, cost_source: 'unknown' });
});

test('a price that is set while the collector runs counts for the calls after it, of that team alone', async () => {
  await using rig = await createRig();
  await using database = createDatabase({ url: rig.env.TELLTALE_DATABASE_URL, max: 1, applicationName: 'rig-prices' });
  await using collector = await rig.startCollector();
  expect(collector).toBeDefined();
  const at = new Date().toISOString();
  const costsOf = (team: string) =>
    rig.query('select cost_usd, cost_source, price_version from llm_call where team_id = $1 order by id desc', [team]);
  const send = (team: string) => rig.publisher.publish(batchOf([call(at)], { team_id: team }));
  await send('red');
  const [before] = await until(async () => {
    const rows = await costsOf('red');
    return rows.length > 0 ? rows : null;
  });
  expect(before).toMatchObject({ cost_usd: null, cost_source: 'unknown' });

  await setPrices(
    database.kysely,
    change('red', { prices: [{ model: 'house-model', per_million: { input: '0.123456789' } }] }),
  );
  const [after] = await until(
    async () => {
      await send('red');
      const rows = await costsOf('red');
      return typeof rows[0]?.['cost_usd'] === 'string' ? rows : null;
    },
    { timeoutMs: 30_000, everyMs: 200 },
  );
  // The first line still in flight may be newer by id; all that are priced cost the same.
  expect(after).toMatchObject({ cost_usd: '0.123456789', cost_source: 'computed' });
  expect(after?.['price_version']).not.toBe(before?.['price_version']);
  await send('blue');
  const [other] = await until(async () => {
    const rows = await costsOf('blue');
    return rows.length > 0 ? rows : null;
  });
  expect(other).toMatchObject({ cost_usd: null });
});

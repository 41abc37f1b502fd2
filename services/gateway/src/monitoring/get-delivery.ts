import { deliveryAnswer, deliveryQuery, type DeliveryAnswer } from '@telltale/contracts/http/delivery';
import { readDelivery, type Db } from '@telltale/store/read';
import { allow, documented } from '../http/operation.ts';
import type { ZodApp } from '../http/zod-app.ts';

/** How far deliveries of the whole instance are behind, in ms. */
export type Lags = { readStreamLagMs: () => Promise<number>; readRollupLagMs: () => Promise<number> };
export type DeliveryDeps = {
  db: Db;
  lags: Lags;
  /** What this gateway knows of the way in and of the whole path. */
  readIntake: () => Pick<DeliveryAnswer, 'canary' | 'intake'>;
};

/** The books of a team's producers: what they issued and what became of it. */
export function getDelivery(app: ZodApp, { db, lags, readIntake }: DeliveryDeps): void {
  app.get(
    '/api/v1/monitoring/delivery',
    {
      config: allow('read', 'admin'),
      schema: {
        querystring: deliveryQuery,
        ...documented('Monitoring', 'What producers issued, and what became of it', { 200: deliveryAnswer }),
      },
    },
    async ({ team, query: { limit, offset } }) => {
      const [books, stream_lag_ms, rollup_lag_ms] = await Promise.all([
        readDelivery(db, { teamId: team, limit, offset }),
        lags.readStreamLagMs(),
        lags.readRollupLagMs(),
      ]);
      return { ...books, stream_lag_ms, rollup_lag_ms, ...readIntake(), limit, offset };
    },
  );
}

import type { IntakeGate } from '@telltale/stream/intake-gate';
import { IntakeRefusal, type RefusalReason } from '@telltale/stream/intake-gate';
import type { Relay } from '../telemetry/relay.ts';
import type { TeamRates } from './team-rates.ts';

/** Refuses what the stream or the team's allowance has no room for, and says how much of it and why to `onRefused`. */
export function guardRelay(options: {
  relay: Relay;
  gate: Pick<IntakeGate, 'check'>;
  rates: TeamRates;
  onRefused: (reason: RefusalReason) => void;
}): Relay {
  const { relay, gate, rates, onRefused } = options;
  const ready = (team: string): void => {
    try {
      gate.check(team);
      rates.check(team);
    } catch (error) {
      if (error instanceof IntakeRefusal) onRefused(error.reason);
      throw error;
    }
  };
  return {
    ready,
    async accept(batch) {
      ready(batch.team_id);
      rates.spend(batch.team_id, batch.records.length);
      return relay.accept(batch);
    },
  };
}

import { createUsageMeter } from '../usage.ts';
import { ofTeam, measureViewers, type ViewersResult } from './agent-viewers.ts';
import { openViewers } from './viewers.ts';

export type StalledResult = {
  heard: ViewersResult;
  /** The same load and viewers, before there were stalled ones. */
  without: ViewersResult;
  stillOpen: number;
  peakBytes: number;
  peakBytesWithout: number;
};

/** Clients of a whole team that take nothing from the network while others hear: what that costs the others, and the gateway. */
export async function measureStalled(
  options: Parameters<typeof measureViewers>[0] & { stalled: number; gatewayPid: number },
): Promise<StalledResult> {
  const { gatewayUrl, key, stalled, gatewayPid, ...common } = options;
  using meter = createUsageMeter();
  meter.watch('gateway', gatewayPid);
  const peak = (): number => meter.read().get('gateway')?.peakBytes ?? 0;
  meter.mark();
  const without = await measureViewers({ ...common, gatewayUrl, key });
  const peakBytesWithout = peak();
  using deaf = await openViewers({
    url: gatewayUrl,
    count: stalled,
    auth: () => ({ token: key }),
    payload: ofTeam.payload,
  });
  deaf.stall();
  meter.mark();
  const heard = await measureViewers({ ...common, gatewayUrl, key, seed: common.seed + 1 });
  const peakBytes = peak();
  deaf.takeAgain();
  await deaf.settle();
  return { heard, without, stillOpen: deaf.connected(), peakBytes, peakBytesWithout };
}

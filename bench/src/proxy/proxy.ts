import { startMeteringProxy } from '@telltale/agent-runner/proxy/metering-proxy';
import { upstreamOf } from '@telltale/agent-runner/proxy/upstreams';
import { holdToBudgets } from './hold-to-budgets.ts';
import { systemClock } from '@telltale/runtime/clock';

/**
 * The product's metering proxy in a process of its own, in front of the URL that it is given. Prints its own URL. With the
 * URL of a Redis it holds its calls to the budgets of team `bench` there.
 */
const upstream = upstreamOf('anthropic', process.argv[2] ?? '');
if (upstream === null) throw new Error('give the URL of the upstream');
const held = process.argv[3] === undefined ? null : await holdToBudgets(process.argv[3]);
let calls = 0;
let tokens = 0;
const proxy = await startMeteringProxy({
  upstreams: [upstream],
  onCall: ({ input_tokens = 0, output_tokens = 0 }) => {
    calls += 1;
    tokens += input_tokens + output_tokens;
  },
  ...(held === null ? {} : { gate: held.gate }),
  env: {},
  clock: systemClock,
});
process.send?.(proxy.urls.get('anthropic'));
const { user, system } = process.cpuUsage();
process.on('message', () => {
  const used = process.cpuUsage({ user, system });
  process.send?.({ calls, tokens, cpuMs: (used.user + used.system) / 1_000 });
});
process.once('disconnect', () => {
  void proxy[Symbol.asyncDispose]().then(() => held?.[Symbol.asyncDispose]());
});

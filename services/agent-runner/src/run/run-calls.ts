import type { Clock } from '@telltale/runtime/clock';
import type { Emit } from '../agent-lines/agent-lines.ts';
import type { CallRecord } from '@telltale/answers/call-meter';
import type { CallGate } from '../proxy/forward.ts';
import { startMeteringProxy, type MeteringProxyOptions } from '../proxy/metering-proxy.ts';
import { withHook } from '../proxy/clients/with-hook.ts';
import { goesOutOtherwise, planProxy } from '../proxy/plan-proxy.ts';
import { proxyHint } from '../proxy/wants-proxy.ts';
import type { Environment } from './child-environment.ts';
import { tellAgent } from '../limits/write-notice.ts';
import { createCallFilter } from './call-filter.ts';

export type RunCalls = AsyncDisposable & {
  argv: readonly string[];
  /** What the program's environment gets. */
  variables: Readonly<Record<string, string>>;
  /** The upstreams whose calls are metered; empty without a proxy. */
  metered: readonly string[];
  /** How many calls are on their way; 0 without a proxy. */
  open(): number;
  /** Passes records on, without those that tell of a call which the proxy has told of. */
  emit: Emit;
};

/**
 * The calls of one run to models: through a metering proxy where that is wanted, otherwise only as the program tells of
 * them. A proxy that cannot listen leaves the program alone.
 */
export async function openRunCalls({
  wanted: asked,
  isHeld,
  tellsLimits,
  argv,
  cwd,
  env,
  settingsFile = null,
  gate,
  holdsCalls,
  callerOf,
  notices,
  say,
  emit,
  clock,
}: {
  wanted: 'on' | 'off' | 'auto';
  /** To a limit or a budget, which hold calls only where they go through the proxy. */
  isHeld: boolean;
  /** There is a limit or a budget that the agent is to hear of. */
  tellsLimits: boolean;
  argv: readonly string[];
  cwd: string;
  env: Environment;
  settingsFile?: string | null;
  gate?: CallGate | undefined;
  /** Whether the gate holds calls at the moment. */
  holdsCalls?: (() => boolean) | undefined;
  callerOf?: MeteringProxyOptions['callerOf'] | undefined;
  notices?: (() => Readonly<Record<string, string>>) | undefined;
  say: (line: string) => void;
  emit: Emit;
  clock: Clock;
}): Promise<RunCalls> {
  const wanted = isHeld ? 'on' : asked;
  const hook = tellsLimits ? tellAgent : undefined;
  const plan = planProxy({ wanted, argv, cwd, env, hook, settingsFile });
  const alone = { argv, variables: {}, metered: [], open: () => 0, emit, [Symbol.asyncDispose]: async () => undefined };
  if (plan === null) {
    const hint = wanted === 'auto' ? proxyHint(argv, cwd, env) : null;
    if (hint !== null) say(hint);
    if (wanted === 'on' && goesOutOtherwise(env))
      say('only ALL_PROXY says how calls go out, which the metering proxy cannot: they go past it');
    const told = hook === undefined ? null : withHook({ argv, cwd, env, settingsFile, hook });
    return told === null ? alone : { ...alone, argv: told };
  }
  const filter = createCallFilter(emit, clock);
  // Only who asked for it hears that nothing came.
  let isUnused = asked === 'on';
  const onCall = (call: CallRecord): void => {
    isUnused = false;
    filter.metered(call);
  };
  const proxy = await startMeteringProxy({
    upstreams: plan.upstreams,
    onCall,
    onUse: filter.used,
    ...(gate === undefined ? {} : { gate }),
    ...(holdsCalls === undefined ? {} : { holdsCalls }),
    ...(callerOf === undefined ? {} : { callerOf }),
    ...(notices === undefined ? {} : { notices }),
    env,
    clock,
  }).catch(() => null);
  if (proxy === null) {
    say('the metering proxy could not listen on 127.0.0.1: calls to models are only seen as the program tells of them');
    return alone;
  }
  say(asked === 'off' ? `${plan.line}: a limit or budget holds them, whatever --no-proxy says` : plan.line);
  const { argv: led, variables } = plan.lead(proxy.urls);
  return {
    argv: led,
    variables,
    metered: [...proxy.urls.keys()],
    open: () => proxy.openCalls(),
    emit: filter.emit,
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      if (!isUnused) return;
      isUnused = false;
      say(
        'the metering proxy counted no call: what takes the address of its models from files of its own goes past it',
      );
    },
  };
}

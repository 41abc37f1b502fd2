import type { EndReason } from '../run/end-reason.ts';

/** What a run may use at most; what is absent is not limited. */
export type RunLimits = {
  /** Wall time, milliseconds. */
  timeout?: number | undefined;
  /** Time without output, call or git activity, milliseconds. */
  idle?: number | undefined;
  /** Processor time of the whole tree, milliseconds. */
  cpu?: number | undefined;
  /** Resident memory of the whole tree, bytes. */
  memory?: number | undefined;
  processes?: number | undefined;
  /** stdout and stderr together, bytes. */
  output?: number | undefined;
  /** Input and output of all calls to models, cached ones included. */
  tokens?: number | undefined;
  /** US dollars of all calls to models. */
  usd?: number | undefined;
  /** Tokens of calls while nothing comes of them. */
  idleTokens?: number | undefined;
};
/** What can be said of a run to be near or beyond its limit; a loop of tool calls only ever is said. */
export type LimitName = keyof RunLimits | 'toolLoop';

/** A measured value beside its limit. */
export type LimitReading = {
  limit: LimitName;
  value: number;
  cap: number;
  /** What it is told from: which budget it is, say. */
  evidence?: Readonly<Record<string, string | number>>;
};

/** The word for a run that a limit ended. */
export function reasonOf(limit: LimitName): EndReason {
  if (limit === 'usd') return 'budget';
  return limit === 'idleTokens' || limit === 'toolLoop' ? 'tokens' : limit;
}

/** A limit as its events call it. */
export function wordOf(limit: LimitName): string {
  if (limit === 'idleTokens') return 'no_progress';
  return limit === 'toolLoop' ? 'tool_loop' : reasonOf(limit);
}

/** Warned of from here on. */
const warnAt = 0.8;

/**
 * Compares what is measured with the limits: one warning at 80 %, and one word when a limit is exceeded. Values that can
 * be reached exactly (money, tokens) are exceeded when they are reached; what is measured by looking, when it is above.
 */
export function createLimitCheck({
  limits,
  onWarn,
  onExceeded,
}: {
  limits: RunLimits;
  onWarn: (reading: LimitReading) => void;
  onExceeded: (reading: LimitReading) => void;
}) {
  const warned = new Set<LimitName>();
  const exceeded = new Set<LimitName>();
  const exceed = (limit: LimitName, value: number, cap: number): void => {
    if (exceeded.has(limit)) return;
    exceeded.add(limit);
    onExceeded({ limit, value, cap });
  };
  return {
    limits,
    /** Somebody else found that a limit does not hold any more. */
    exceeded(limit: LimitName, value: number): void {
      exceed(limit, value, limit === 'toolLoop' ? value : (limits[limit] ?? value));
    },
    measured(limit: keyof RunLimits, value: number): void {
      const cap = limits[limit];
      if (cap === undefined || exceeded.has(limit)) return;
      const counted = limit === 'tokens' || limit === 'usd';
      if (counted ? value >= cap : value > cap) exceed(limit, value, cap);
      else if (value >= cap * warnAt && !warned.has(limit)) {
        warned.add(limit);
        onWarn({ limit, value, cap });
      }
    },
    /** What was warned of is far away again. */
    calm(limit: LimitName): void {
      warned.delete(limit);
    },
  };
}
export type LimitCheck = ReturnType<typeof createLimitCheck>;

/** What a data point counts; `cost` in US dollars, all else tokens. */
export type UsageClass = 'input' | 'output' | 'cacheRead' | 'cacheWrite' | 'reasoning' | 'cost';

/** Metrics of one client that together tell its usage. */
export type MetricFamily = {
  provider?: string;
  /** Does `input` hold what the cache gave and took, and `output` the reasoning? */
  inputIncludesCache: boolean;
  outputIncludesReasoning: boolean;
  /** A histogram of which each value is one call. */
  eachIsACall?: boolean;
  /** Metric name → attribute that says the class → its words; a text instead: the metric is that class. */
  metrics: Readonly<Record<string, UsageClass | { by: string; classes: Readonly<Record<string, UsageClass>> }>>;
};

/**
 * The metrics by which clients count tokens, the client's own before the general ones: Gemini CLI sends the same tokens by
 * both, and the newest conventions keep a histogram beside their counters.
 */
export const metricFamilies: readonly MetricFamily[] = [
  {
    provider: 'anthropic',
    inputIncludesCache: false,
    outputIncludesReasoning: true,
    metrics: {
      'claude_code.token.usage': {
        by: 'type',
        classes: { input: 'input', output: 'output', cacheRead: 'cacheRead', cacheCreation: 'cacheWrite' },
      },
      'claude_code.cost.usage': 'cost',
    },
  },
  {
    inputIncludesCache: true,
    outputIncludesReasoning: true,
    metrics: {
      'codex.turn.token_usage': {
        by: 'token_type',
        classes: {
          input: 'input',
          output: 'output',
          cached_input: 'cacheRead',
          cache_write_input: 'cacheWrite',
          reasoning_output: 'reasoning',
        },
      },
    },
  },
  {
    provider: 'google',
    inputIncludesCache: true,
    outputIncludesReasoning: false,
    metrics: {
      'gemini_cli.token.usage': {
        by: 'type',
        classes: { input: 'input', tool: 'input', output: 'output', cache: 'cacheRead', thought: 'reasoning' },
      },
    },
  },
  {
    inputIncludesCache: true,
    // It counts what an OpenAI-like API says, which is inclusive; Gemini CLI, whose fork it is, does not.
    outputIncludesReasoning: true,
    metrics: {
      'qwen-code.token.usage': {
        by: 'type',
        classes: { input: 'input', output: 'output', cache: 'cacheRead', thought: 'reasoning' },
      },
    },
  },
  {
    inputIncludesCache: true,
    outputIncludesReasoning: true,
    metrics: {
      continue_cli_token_usage: { by: 'type', classes: { input: 'input', output: 'output' } },
      continue_cli_cost_usage: 'cost',
    },
  },
  {
    inputIncludesCache: true,
    outputIncludesReasoning: true,
    metrics: {
      'gen_ai.client.inference.usage.input_tokens': 'input',
      'gen_ai.client.inference.usage.output_tokens': 'output',
      'gen_ai.client.inference.usage.cache_read.input_tokens': 'cacheRead',
      'gen_ai.client.inference.usage.cache_write.input_tokens': 'cacheWrite',
      'gen_ai.client.inference.usage.reasoning.output_tokens': 'reasoning',
    },
  },
  {
    inputIncludesCache: true,
    outputIncludesReasoning: true,
    eachIsACall: true,
    metrics: {
      'gen_ai.client.token.usage': {
        by: 'gen_ai.token.type',
        classes: { input: 'input', output: 'output', completion: 'output' },
      },
    },
  },
];

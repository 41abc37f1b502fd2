/**
 * How each source counts. Names are tried in order; a name is an own key first (OpenTelemetry attributes have dots in
 * them), then a path into nested objects. `auto`: exclusive when the cache counts exceed the input, else inclusive.
 */
export type UsageProfile = {
  input: readonly string[];
  /** Prompt tokens that the source counts beside the input (results of tools that the provider ran). */
  extra_input?: readonly string[];
  /** Whether `input` holds the cache tokens too. */
  input_includes_cache: boolean | 'auto';
  cache_read?: readonly string[];
  /** All cache writes, whatever their lifetime; what no lifetime claims was written for 5 minutes. */
  cache_write?: readonly string[];
  /** The short-lived writes (5 minutes; 30 at OpenAI). */
  cache_write_5m?: readonly string[];
  /** The long-lived writes (1 hour; 12 at OpenAI). */
  cache_write_1h?: readonly string[];
  output: readonly string[];
  /** Whether `output` holds the reasoning tokens too. */
  output_includes_reasoning: boolean;
  reasoning?: readonly string[];
  /**
   * What the source says that all of it came to: where that is input, output and cache, the input is without the cache; where
   * it is input, output and reasoning, the output is without the reasoning.
   */
  total?: readonly string[];
  service_tier?: readonly string[];
  speed?: readonly string[];
  /** The source's own idea of the cost in USD. */
  cost?: readonly string[];
  /** The same in ten-billionths of a dollar. */
  cost_ticks?: readonly string[];
  /** An attribute that holds more of the same as JSON text; its paths are looked up like the source's own. */
  embedded_json?: string;
};

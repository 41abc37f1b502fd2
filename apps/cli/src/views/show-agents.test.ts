import { agentTelemetry } from '@telltale/contracts/http/agent-telemetry';
import { expect, test } from 'vitest';
import { plainPage } from '../terminal/page.ts';
import { showAgent } from './show-agents.ts';

const usage = { input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_write_tokens: 0, total_tokens: 0 };
const shown = (token_usage: object): string | undefined => {
  const who = { agent_id: 'a', team_id: 'red', last_updated: null };
  const lists = { git_activities: [], activity_logs: [] };
  const agent = agentTelemetry.parse({ ...who, process_metrics: null, ...lists, token_usage });
  return /^Cost +(.*)$/m.exec(showAgent(agent, plainPage, 0))?.[1];
};

test('an agent that called no model has no cost, as in the list of agents; one whose calls were refused has spent nothing', () => {
  expect(shown({ ...usage, model: null, cost_usd: 0, unpriced_calls: 0 })).toBe('–');
  expect(shown({ ...usage, model: 'm', cost_usd: 0, unpriced_calls: 0 })).toBe('$0.00');
  expect(shown({ ...usage, model: 'm', cost_usd: null, unpriced_calls: 1 })).toBe('–');
  expect(shown({ ...usage, model: 'm', cost_usd: 1.25, unpriced_calls: 1 })).toBe('$1.2500+');
});

import { join } from 'node:path';
import type { Client, ScenarioName } from './client.ts';

const all: readonly ScenarioName[] = ['tool', 'subagent', 'retry', 'failed', 'cut'];
const withoutSubagents: readonly ScenarioName[] = ['tool', 'retry', 'failed', 'cut'];
/** What a client does not tell of: attempts that failed before one that did not. */
const attempts: readonly ScenarioName[] = ['retry', 'failed', 'cut'];

/** The coding agents of the npm registry, headless. */
export const codingAgents: readonly Client[] = [
  {
    name: 'Claude Code',
    by: 'its telemetry and its output',
    install: { npm: ['@anthropic-ai/claude-code@2.1.329', '@anthropic-ai/claude-code-linux-x64@2.1.329'] },
    folder: 'claude',
    scenarios: all,
    again: { flag: '--proxy', scenarios: attempts },
    cannot: {
      failed:
        'it asks again with fewer of its beta features, and neither its telemetry (which counts no more than three of them) ' +
        'nor its output tells of each. The proxy is not on by itself, as it loses Remote Control behind it.',
    },
    argv: ({ folder, prompt }) => [
      join(folder, 'node_modules/@anthropic-ai/claude-code-linux-x64/claude'),
      '-p',
      prompt,
      '--output-format',
      'stream-json',
      '--verbose',
      '--model',
      'claude-sonnet-5',
      '--allowedTools',
      'Bash(echo:*) Task Agent',
    ],
    env: ({ llm }) => ({
      IS_SANDBOX: '1',
      ANTHROPIC_BASE_URL: llm,
      ANTHROPIC_API_KEY: 'sk-ant-none',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    }),
  },
  {
    name: 'Codex',
    by: 'its telemetry and its output',
    install: { npm: ['@openai/codex@0.169.0'] },
    folder: 'codex',
    scenarios: withoutSubagents,
    argv: ({ folder, prompt }) => [
      join(folder, 'node_modules/.bin/codex'),
      'exec',
      '--json',
      '--skip-git-repo-check',
      '--dangerously-bypass-approvals-and-sandbox',
      '-m',
      'gpt-5',
      prompt,
    ],
    env: () => ({ OPENAI_API_KEY: 'sk-none' }),
    files: ({ llm }) => ({
      '.codex/config.toml': [
        'model_provider = "scripted"',
        '[model_providers.scripted]',
        'name = "scripted"',
        `base_url = "${llm}/v1"`,
        'wire_api = "responses"',
        'env_key = "OPENAI_API_KEY"',
        '',
      ].join('\n'),
    }),
  },
  {
    name: 'Gemini CLI',
    by: 'the metering proxy, its telemetry and its output',
    install: { npm: ['@google/gemini-cli@0.61.0'] },
    folder: 'gemini',
    scenarios: all,
    argv: ({ folder, prompt }) => [
      join(folder, 'node_modules/.bin/gemini'),
      '-p',
      prompt,
      '-m',
      'gemini-2.5-pro',
      '--yolo',
      '--output-format',
      'json',
    ],
    env: ({ llm }) => ({ GEMINI_API_KEY: 'none', GOOGLE_GEMINI_BASE_URL: llm, GEMINI_CLI_TRUST_WORKSPACE: 'true' }),
    files: () => ({ '.gemini/settings.json': '{"security":{"auth":{"selectedType":"gemini-api-key"}}}' }),
  },
  {
    name: 'Copilot CLI',
    by: 'the metering proxy and its telemetry',
    install: { npm: ['@github/copilot@1.0.102'] },
    folder: 'copilot',
    scenarios: all,
    argv: ({ folder, prompt }) => [
      join(folder, 'node_modules/.bin/copilot'),
      '-p',
      prompt,
      '--allow-all-tools',
      '--output-format',
      'json',
    ],
    env: ({ llm }) => ({
      COPILOT_OFFLINE: 'true',
      COPILOT_AUTO_UPDATE: 'false',
      COPILOT_PROVIDER_TYPE: 'anthropic',
      COPILOT_PROVIDER_BASE_URL: llm,
      COPILOT_PROVIDER_API_KEY: 'none',
      COPILOT_MODEL: 'claude-sonnet-5',
    }),
  },
  {
    name: 'opencode',
    by: 'the metering proxy (its telemetry loses the last of it)',
    install: { npm: ['opencode-ai@1.18.33', 'opencode-linux-x64@1.18.33'] },
    folder: 'opencode',
    scenarios: all,
    argv: ({ folder, prompt }) => [
      join(folder, 'node_modules/opencode-linux-x64/bin/opencode'),
      'run',
      '--format',
      'json',
      '-m',
      'anthropic/claude-sonnet-4-5',
      prompt,
    ],
    env: () => ({ OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_MODELS_FETCH: '1', ANTHROPIC_API_KEY: 'sk-none' }),
    files: ({ llm }) => ({
      '.config/opencode/opencode.json': JSON.stringify({
        provider: { anthropic: { options: { baseURL: `${llm}/v1`, apiKey: 'sk-none' } } },
      }),
    }),
  },
  {
    name: 'Cline',
    by: 'the metering proxy and its output',
    install: { npm: ['cline@3.0.65'] },
    folder: 'cline',
    scenarios: withoutSubagents,
    argv: ({ folder, prompt }) => [
      join(folder, 'node_modules/.bin/cline'),
      '--json',
      '-P',
      'openai-compatible',
      '-m',
      'gpt-5',
      '--timeout',
      '40',
      prompt,
    ],
    env: () => ({}),
    setUp: ({ folder, llm }) => [
      join(folder, 'node_modules/.bin/cline'),
      'auth',
      '--provider',
      'openai-compatible',
      '--apikey',
      'none',
      '--modelid',
      'gpt-5',
      '--baseurl',
      `${llm}/v1`,
    ],
  },
  {
    name: 'aider',
    by: 'the metering proxy',
    install: { pypi: ['aider-chat'] },
    folder: 'aider',
    scenarios: ['retry', 'failed', 'cut'],
    cannot: {
      failed:
        'aider asked once. The proxy had added the question for usage, and as the request was refused it made it again as aider sent ' +
        "it, so that the answer is the one to aider's own words: one call of aider, two of the provider.",
    },
    argv: ({ folder, prompt }) => [
      join(folder, 'bin/aider'),
      '--model',
      'openai/gpt-5',
      '--no-git',
      '--yes-always',
      '--no-check-update',
      '--no-show-model-warnings',
      '--analytics-disable',
      '--message',
      prompt,
    ],
    env: ({ llm }) => ({ OPENAI_API_BASE: `${llm}/v1`, OPENAI_API_KEY: 'none', LITELLM_LOCAL_MODEL_COST_MAP: 'True' }),
  },
];

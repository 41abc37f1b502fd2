import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { planProxy, type ProxyPlan } from './plan-proxy.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'plan-proxy-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const plan = (argv: string[], env: Record<string, string> = {}, wanted: 'on' | 'off' | 'auto' = 'on') =>
  planProxy({ wanted, argv, cwd: home, env: { HOME: home, ...env } });
const led = (made: ProxyPlan | null) =>
  made?.lead(new Map(made.upstreams.map(({ name }) => [name, `http://127.0.0.1:9/s/${name}`])));
const bases = (made: ProxyPlan | null): Record<string, string> =>
  Object.fromEntries(made?.upstreams.map(({ name, base }) => [name, base.href]) ?? []);

describe('whether', () => {
  test.each([
    [['claude', '-p', 'hi'], 'auto', false],
    [['opencode', 'run', 'hi'], 'auto', true],
    [['npx', '-y', 'opencode-ai@1.18.33', 'run'], 'auto', true],
    [['/usr/local/bin/opencode'], 'auto', true],
    [['grep', 'opencode'], 'auto', false],
    [['gemini', '-p', 'hi'], 'auto', true],
    [['copilot', '-p', 'hi'], 'auto', false],
    [['aider', '--message', 'hi'], 'auto', true],
    [['python3', '-m', 'aider'], 'auto', true],
    [['opencode'], 'off', false],
    [['make'], 'on', true],
  ] as const)('%j with %s: %s', (argv, wanted, on) => {
    expect(plan([...argv], {}, wanted) !== null).toBe(on);
  });
});

describe('where to', () => {
  test('Gemini CLI’s own .env names its address, the nearest first, and the environment goes before it', () => {
    const project = join(home, 'project');
    mkdirSync(join(project, '.gemini'), { recursive: true });
    writeFileSync(join(home, '.env'), 'GOOGLE_GEMINI_BASE_URL=http://far:4000\n');
    expect(bases(plan(['gemini']))['gemini']).toBe('http://far:4000/');
    writeFileSync(join(project, '.gemini/.env'), 'GOOGLE_GEMINI_BASE_URL="http://litellm:4000"\nGEMINI_API_KEY=k\n');
    const within = (env: Record<string, string>) =>
      planProxy({ wanted: 'on', argv: ['gemini'], cwd: project, env: { HOME: home, ...env } });
    expect(bases(within({}))['gemini']).toBe('http://litellm:4000/');
    expect(bases(within({ GOOGLE_GEMINI_BASE_URL: 'http://mine:1' }))['gemini']).toBe('http://mine:1/');
    expect(bases(plan(['make']))['gemini']).toBe('https://generativelanguage.googleapis.com/');
  });

  test('where Claude Code’s own settings say where it calls, its line says that its calls go past the proxy', () => {
    expect(plan(['claude'])?.line).not.toContain('past it');
    mkdirSync(join(home, '.claude'));
    writeFileSync(join(home, '.claude/settings.json'), '{"env": {"ANTHROPIC_BASE_URL": "http://litellm:4000"}}');
    expect(plan(['claude'])?.line).toContain('past it');
    expect(plan(['make'])?.line).not.toContain('past it');
  });

  test('the providers’ own addresses, or what the person’s environment says', () => {
    expect(bases(plan(['make'], { ANTHROPIC_BASE_URL: 'http://litellm:4000/x', OPENAI_BASE_URL: '' }))).toEqual({
      anthropic: 'http://litellm:4000/x',
      openai: 'https://api.openai.com/v1',
      gemini: 'https://generativelanguage.googleapis.com/',
    });
  });

  test('an address that cannot be stood in front of is left alone', () => {
    const made = plan(['make'], { ANTHROPIC_BASE_URL: 'https://user:pass@host', OPENAI_BASE_URL: 'unix:/x' });
    expect(bases(made)).not.toHaveProperty('anthropic');
    expect(led(made)?.variables).not.toHaveProperty('ANTHROPIC_BASE_URL');
    expect(led(made)?.variables).not.toHaveProperty('OPENAI_BASE_URL');
  });

  test('aider is led by the variables that its own files overrule, and by its option', () => {
    const variables = led(plan(['aider'], { OPENAI_API_BASE: 'http://127.0.0.1:8000/v1' }))?.variables;
    expect(variables).toMatchObject({
      OPENAI_API_BASE: 'http://127.0.0.1:9/s/aider-openai',
      ANTHROPIC_API_BASE: 'http://127.0.0.1:9/s/aider-anthropic',
    });
    expect(variables).not.toHaveProperty('OPENAI_BASE_URL');
    const told = plan(['aider', '--openai-api-base', 'http://127.0.0.1:8001/v1', '--message', 'hi']);
    expect(led(told)?.argv).toEqual([
      'aider',
      '--openai-api-base',
      'http://127.0.0.1:9/s/aider-openai',
      '--message',
      'hi',
    ]);
    expect(told?.upstreams.find(({ name }) => name === 'aider-openai')?.base.href).toBe('http://127.0.0.1:8001/v1');
  });

  test('Copilot’s only where the person has one', () => {
    const made = plan(['copilot'], { COPILOT_PROVIDER_BASE_URL: 'http://127.0.0.1:8100' });
    expect(led(made)?.variables['COPILOT_PROVIDER_BASE_URL']).toBe('http://127.0.0.1:9/s/copilot');
  });

  test('a web proxy of the person’s is not asked for this machine', () => {
    const { variables } = led(plan(['make'], { https_proxy: 'http://web:3128', NO_PROXY: 'corp' })) ?? {};
    expect(variables).toMatchObject({ NO_PROXY: 'corp,127.0.0.1', no_proxy: '127.0.0.1' });
  });
});

describe('Claude Code', () => {
  test('keeps deferring its tools, and the line says what it does without', () => {
    const made = plan(['claude']);
    expect(led(made)?.variables).toMatchObject({ ENABLE_TOOL_SEARCH: 'true' });
    expect(made?.line).toContain('Remote Control');
    expect(led(plan(['claude'], { ENABLE_TOOL_SEARCH: 'false' }))?.variables).not.toHaveProperty('ENABLE_TOOL_SEARCH');
  });
});

describe('Codex', () => {
  const config = (text: string) => {
    mkdirSync(join(home, '.codex'), { recursive: true });
    writeFileSync(join(home, '.codex/config.toml'), text);
  };
  const key = { CODEX_API_KEY: 'sk' };

  test('is led by its own setting, in front of the other arguments', () => {
    expect(led(plan(['codex', 'exec', '--json', 'hi'], key))?.argv).toEqual([
      'codex',
      '-c',
      'openai_base_url="http://127.0.0.1:9/s/codex"',
      'exec',
      '--json',
      'hi',
    ]);
  });

  test('what its configuration names stays in front', () => {
    config('model = "gpt-5"\nopenai_base_url = "http://litellm:4000/v1" # ours\n');
    expect(bases(plan(['codex'], key))['codex']).toBe('http://litellm:4000/v1');
  });

  test.each([
    ['a provider of its own', key, 'model_provider = "azure"'],
    ['a profile', key, 'profile = "work"'],
    ['a login instead of a key', {}, ''],
  ])('%s leaves it alone, and the line says so', (_what, env, text) => {
    config(text);
    const made = plan(['codex', 'exec'], env);
    expect(led(made)?.argv).toEqual(['codex', 'exec']);
    expect(made?.line).toContain('cannot be read');
  });
});

describe('opencode', () => {
  const content = (made: ProxyPlan | null): unknown =>
    JSON.parse(led(made)?.variables['OPENCODE_CONFIG_CONTENT'] ?? 'null');

  test('is led by settings laid over its files, and what the person laid over them stays', () => {
    writeFileSync(
      join(home, 'opencode.json'),
      JSON.stringify({ provider: { local: { options: { baseURL: 'http://127.0.0.1:8100/v1' } } } }),
    );
    const own = { theme: 'x', provider: { anthropic: { options: { timeout: 5 } } } };
    const made = plan(['opencode'], { OPENCODE_CONFIG_CONTENT: JSON.stringify(own) });
    expect(bases(made)['opencode-local']).toBe('http://127.0.0.1:8100/v1');
    expect(content(made)).toMatchObject({
      theme: 'x',
      provider: {
        anthropic: { options: { timeout: 5, baseURL: 'http://127.0.0.1:9/s/opencode-anthropic' } },
        local: { options: { baseURL: 'http://127.0.0.1:9/s/opencode-local' } },
      },
    });
  });

  test('with an address that cannot be read it is left alone', () => {
    writeFileSync(
      join(home, 'opencode.jsonc'),
      '{ // mine\n "provider": {"x": {"options": {"baseURL": "http://h"}}} }',
    );
    expect(content(plan(['opencode']))).toBeNull();
  });
});

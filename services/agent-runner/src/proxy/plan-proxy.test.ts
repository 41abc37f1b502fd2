import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { planProxy, type ProxyPlan } from './plan-proxy.ts';
import { proxyHint } from './wants-proxy.ts';

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
    [['kilo', 'run', 'hi'], 'auto', true],
    [['kilocode', 'run', 'hi'], 'auto', true],
    [['sh', '-c', 'kilocode run hi; true'], 'auto', true],
    [['python3', '-m', 'aider'], 'auto', true],
    [['qwen', '-p', 'hi'], 'auto', false],
    [['qwen', '-p', 'hi'], 'on', false],
    [['opencode'], 'off', false],
    [['make'], 'on', true],
  ] as const)('%j with %s: %s', (argv, wanted, on) => {
    expect(plan([...argv], {}, wanted) !== null).toBe(on);
  });
});

describe('whether a program that nobody knows is led, where nobody said so', () => {
  const address = { OPENAI_BASE_URL: 'http://litellm:4000/v1', PATH: '/bin' };
  const names = (argv: string[], env: Record<string, string> = address) =>
    plan(argv, env, 'auto')?.upstreams.map(({ name }) => name) ?? [];

  test.each([
    ['python3', 'agent.py'],
    ['uv', 'run', 'agent.py'],
    ['npm', 'start'],
    ['./my-agent'],
    ['bash', '-c', 'python agent.py | tee out'],
  ])('%s %s %s: to the address that its environment names; a key names none', (...argv) => {
    expect(names(argv)).toEqual(['openai']);
    expect(names(argv, { ANTHROPIC_BASE_URL: 'http://litellm:4000', OPENAI_API_KEY: 'k' })).toEqual(['anthropic']);
    expect(names(argv, { OPENAI_API_KEY: 'k' })).toEqual([]);
  });

  test('its person hears that a key is there and nobody knows where it calls', () => {
    const key = { OPENAI_API_KEY: 'k' };
    expect(proxyHint(['python3', 'agent.py'], home, key)).toContain('with --proxy');
    for (const argv of [['ls'], ['pytest'], ['claude']]) expect(proxyHint(argv, home, key)).toBeNull();
    expect(proxyHint(['python3', 'agent.py'], home, {})).toBeNull();
  });

  test.each([
    [['pytest'], 'tests stand-ins know the provider’s own address'],
    [['npm', 'test'], 'so do those of a package'],
    [['uv', 'run', 'pytest', '-q'], 'whoever starts them'],
    [['python', '-m', 'unittest'], 'and modules'],
    [['node', '--test'], 'and those of Node'],
    [['bash', '-c', 'pytest -q'], 'and in a line for a shell'],
    [['bash', '-lc', 'cd x && npm test'], 'wherever they stand in it'],
    [['make'], 'builds start anything'],
    [['bash'], 'a person types there'],
    [['opentelemetry-instrument', 'python', 'agent.py'], 'it tells of itself'],
  ])('%j not: %s', (argv) => {
    expect(names([...argv])).toEqual([]);
  });

  test.each([
    [['bash', '-c', 'cd x && claude -p hi'], 'in a line for a shell'],
    [['sh', './loop.sh'], 'in a script'],
    [['./loop.sh'], 'in one that starts by itself'],
    [['sh', '-e', 'bare.sh'], 'in one that only a shell takes for one'],
  ])('%j not at its provider’s own address, where a client that tells of itself would lose by it: %s', (argv) => {
    writeFileSync(join(home, 'loop.sh'), '#!/bin/bash\nwhile :; do codex exec hi; done\n');
    writeFileSync(join(home, 'bare.sh'), 'codex exec hi\n');
    const own = { ANTHROPIC_BASE_URL: 'https://api.anthropic.com' };
    expect(names([...argv], own)).toEqual([]);
    expect(names([...argv], { ...own, ...address })).toEqual([]);
    expect(names([...argv])).toEqual(['openai']);
  });

  test('an address in a file is the one that is called where all calls are led', () => {
    writeFileSync(join(home, '.env'), 'ANTHROPIC_BASE_URL=http://litellm:4000\n');
    expect(names(['python', 'agent.py'], {})).toEqual([]);
    expect(bases(plan(['python', 'agent.py']))['anthropic']).toBe('http://litellm:4000/');
    writeFileSync(join(home, 'my.env'), 'OPENAI_BASE_URL=http://other:1/v1\n');
    expect(bases(plan(['node', '--env-file=my.env', 'a.js']))['openai']).toBe('http://other:1/v1');
  });

  test('an address by another variable is the one that is called', () => {
    const env = { OPENAI_API_BASE: 'http://127.0.0.1:8000/v1' };
    const auto = plan(['python', 'agent.py'], env, 'auto');
    expect(led(auto)?.variables).toEqual({ OPENAI_API_BASE: 'http://127.0.0.1:9/s/openai-api-base' });
    const on = plan(['python', 'agent.py'], env);
    expect(bases(on)['openai-api-base']).toBe('http://127.0.0.1:8000/v1');
    expect(led(on)?.variables['OPENAI_BASE_URL']).toBe('http://127.0.0.1:9/s/openai-api-base');
  });

  test.each(['GROK_BASE_URL', 'KIMI_MODEL_BASE_URL', 'LLM_BASE_URL', 'GROQ_API_BASE', 'OLLAMA_HOST', 'OPENAI_API_URL'])(
    'the address of models under another name is led as well: %s',
    (name) => {
      const auto = plan(['grok', '-p', 'hi'], { [name]: 'http://127.0.0.1:8000/v1' }, 'auto');
      const route = name.toLowerCase().replaceAll('_', '-');
      expect(led(auto)?.variables).toEqual({ [name]: `http://127.0.0.1:9/s/${route}` });
      expect(bases(plan(['grok'], { [name]: 'http://127.0.0.1:8000/v1' }))[route]).toBe('http://127.0.0.1:8000/v1');
    },
  );

  test.each([
    'DATABASE_URL',
    'APP_BASE_URL',
    'LANGFUSE_HOST',
    'NPM_BASE_URL',
    'HF_ENDPOINT',
    'AZURE_OPENAI_ENDPOINT',
    'MODEL_URL',
  ])('an address of something else is not: %s', (name) => {
    expect(plan(['grok', '-p', 'hi'], { [name]: 'http://127.0.0.1:8000/v1' }, 'auto')).toBeNull();
  });

  test.each([
    [{ OLLAMA_HOST: 'http://0.0.0.0:11434' }, ['grok', '-p', 'hi']],
    [{ OLLAMA_HOST: 'http://[::]:11434' }, ['grok', '-p', 'hi']],
    [{ OLLAMA_HOST: 'http://127.0.0.1:11434' }, ['ollama', 'serve']],
    [{ OLLAMA_HOST: 'http://127.0.0.1:11434' }, ['bash', '-c', 'ollama serve & python agent.py']],
    [{ OPENAI_PROXY_URL: 'http://127.0.0.1:7890' }, ['grok', '-p', 'hi']],
  ] as const)('where a server listens and a web proxy are none: %j for %j', (env, argv) => {
    for (const wanted of ['auto', 'on'] as const)
      expect(led(plan([...argv], env, wanted))?.variables ?? {}).not.toHaveProperty(Object.keys(env));
  });

  test('a bare host beside the address that is called changes nothing', () => {
    writeFileSync(join(home, 'agent.sh'), '#!/bin/sh\nclaude -p hi\n', { mode: 0o755 });
    const env = { ANTHROPIC_BASE_URL: 'http://litellm:4000', OLLAMA_HOST: '127.0.0.1:11434' };
    expect(led(plan(['./agent.sh'], env, 'auto'))?.variables).toEqual({
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:9/s/anthropic',
    });
  });

  test('a way out that only ALL_PROXY names is left alone', () => {
    expect(plan(['make'], { ALL_PROXY: 'socks5://x:1' })).toBeNull();
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
  });

  test('the providers’ own addresses, or what the person’s environment says', () => {
    expect(bases(plan(['make'], { ANTHROPIC_BASE_URL: 'http://litellm:4000/x', OPENAI_BASE_URL: '' }))).toEqual({
      anthropic: 'http://litellm:4000/x',
      openai: 'https://api.openai.com/v1',
      gemini: 'https://generativelanguage.googleapis.com/',
    });
  });

  test('a client of OpenAI that calls Azure is left alone, but for an address of its own', () => {
    const azure = { AZURE_OPENAI_ENDPOINT: 'https://mine.openai.azure.com', OPENAI_API_KEY: 'k' };
    expect(bases(plan(['node', 'agent.js'], azure))).not.toHaveProperty('openai');
    expect(plan(['node', 'agent.js'], azure, 'auto')).toBeNull();
    const own = { ...azure, OPENAI_BASE_URL: 'http://litellm:4000/v1' };
    expect(bases(plan(['node', 'agent.js'], own, 'auto'))).toEqual({ openai: 'http://litellm:4000/v1' });
    writeFileSync(join(home, '.env'), 'AZURE_OPENAI_API_KEY=k\n');
    expect(plan(['node', 'agent.js'], { OPENAI_API_KEY: 'k' }, 'auto')).toBeNull();
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

  test('Qwen Code’s only where the environment names one: its files may name another', () => {
    const made = plan(['qwen', '-p', 'hi'], { OPENAI_BASE_URL: 'http://litellm:4000/v1', OPENAI_API_KEY: 'k' }, 'auto');
    expect(bases(made)).toEqual({ openai: 'http://litellm:4000/v1' });
  });

  test('Copilot’s only where the person has one', () => {
    const made = plan(['copilot'], { COPILOT_PROVIDER_BASE_URL: 'http://127.0.0.1:8100' });
    expect(led(made)?.variables['COPILOT_PROVIDER_BASE_URL']).toBe('http://127.0.0.1:9/s/copilot');
  });

  test('a web proxy of the person’s is not asked for this machine', () => {
    const { variables } = led(plan(['make'], { https_proxy: 'http://web:3128', NO_PROXY: 'corp' })) ?? {};
    expect(variables).toMatchObject({ NO_PROXY: 'corp,127.0.0.1', no_proxy: 'corp,127.0.0.1' });
    const all = led(plan(['make'], { https_proxy: 'http://web:3128', NO_PROXY: '*' }))?.variables;
    expect(all).not.toHaveProperty('NO_PROXY');
  });
});

describe('Claude Code', () => {
  test('keeps deferring its tools, and the line says what it does without', () => {
    const made = plan(['claude']);
    expect(led(made)?.variables).toMatchObject({ ENABLE_TOOL_SEARCH: 'true' });
    expect(made?.line).toContain('Remote Control');
    expect(led(plan(['claude'], { ENABLE_TOOL_SEARCH: 'false' }))?.variables).not.toHaveProperty('ENABLE_TOOL_SEARCH');
  });

  const settings = (text: string, folder = home) => {
    mkdirSync(join(folder, '.claude'), { recursive: true });
    writeFileSync(join(folder, '.claude/settings.json'), text);
  };
  const address = (url: string) => JSON.stringify({ env: { ANTHROPIC_BASE_URL: url, OTHER: '1' } });
  const laid = (argv: string[], env: Record<string, string> = {}, hook?: string) => {
    const settingsFile = join(home, 'laid.json');
    const made = planProxy({ wanted: 'on', argv, cwd: home, env: { HOME: home, ...env }, settingsFile, hook });
    const words = led(made)?.argv ?? [];
    const written: unknown = existsSync(settingsFile) ? JSON.parse(readFileSync(settingsFile, 'utf8')) : null;
    return { made, argv: words.map((word) => word.replace(settingsFile, 'FILE')), written };
  };
  const through = { ANTHROPIC_BASE_URL: 'http://127.0.0.1:9/s/anthropic' };

  test('is led by settings where its own name an address, which stays the one that it calls', () => {
    settings(address('http://litellm:4000'));
    const it = laid(['claude', '-p', 'hi'], { ANTHROPIC_BASE_URL: 'http://weaker:1' });
    expect(it.argv).toEqual(['claude', '--settings', 'FILE', '-p', 'hi']);
    expect(it.written).toEqual({ env: through });
    expect(bases(it.made)['anthropic']).toBe('http://litellm:4000/');
    expect(it.made?.line).not.toContain('past it');
  });

  test('is led without being asked where it calls another address than Anthropic’s own, by whatever names that', () => {
    const file = join(home, 'laid.json');
    const auto = (env: Record<string, string> = {}, argv = ['claude', '-p', 'hi']) =>
      planProxy({ wanted: 'auto', argv, cwd: home, env: { HOME: home, ...env }, settingsFile: file });
    const gateway = { ANTHROPIC_BASE_URL: 'http://litellm:4000/team/' };
    expect(bases(auto(gateway))).toEqual({ anthropic: 'http://litellm:4000/team/' });
    expect(led(auto(gateway))?.variables).toEqual(through);
    expect(auto(gateway)?.line).toContain('does not tell of all that fail');
    expect(auto(gateway)?.line).not.toContain('Remote Control');
    expect(auto({ ANTHROPIC_BASE_URL: 'https://api.anthropic.com/' })).toBeNull();
    expect(auto({ ...gateway, CLAUDE_CODE_USE_VERTEX: '1' })).toBeNull();
    expect(auto(gateway, ['claude', '--settings', 'nowhere.json'])).toBeNull();
    settings(address('http://litellm:4000'));
    const bySettings = auto();
    expect(bases(bySettings)).toEqual({ anthropic: 'http://litellm:4000/' });
    expect(led(bySettings)?.argv).toEqual(['claude', '--settings', file, '-p', 'hi']);
    settings(address('https://api.anthropic.com'));
    expect(auto(gateway)).toBeNull();
  });

  test('its person hears that its telemetry does not reach the run', () => {
    const hint = (env: Record<string, string> = {}) => proxyHint(['claude', '-p', 'hi'], home, { HOME: home, ...env });
    expect(hint()).toBeNull();
    expect(hint({ CLAUDE_CODE_ENABLE_TELEMETRY: '1', OTEL_LOGS_EXPORTER: 'console,otlp' })).toBeNull();
    expect(hint({ CLAUDE_CODE_ENABLE_TELEMETRY: '0' })).toContain('turned off: with --proxy');
    expect(hint({ OTEL_LOGS_EXPORTER: 'console' })).toContain('goes elsewhere');
    settings(JSON.stringify({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://mine' } }));
    expect(hint()).toBeNull();
    settings(JSON.stringify({ env: { OTEL_LOGS_EXPORTER: 'none' } }));
    expect(hint({ OTEL_LOGS_EXPORTER: 'otlp' })).toContain('goes elsewhere');
  });

  test('Codex that a shell starts reads no variable, and it is said that its calls go past', () => {
    expect(plan(['sh', '-c', 'codex exec hi'])?.line).toContain('where codex calls cannot be read');
    expect(plan(['sh', '-c', 'claude -p hi'])?.line).not.toContain('past it');
  });

  test('settings that the person laid over stay, from a file or the line, and go before those of the project', () => {
    settings(address('http://weaker:1'));
    const text = JSON.stringify({ model: 'x', env: { ANTHROPIC_BASE_URL: 'http://litellm:4000', OTHER: '1' } });
    writeFileSync(join(home, 'mine.json'), text);
    for (const own of [['--settings', text], ['--settings', 'mine.json'], [`--settings=${text}`]]) {
      const it = laid(['claude', '-p', ...own, 'hi']);
      expect(it.argv).toEqual([
        'claude',
        '-p',
        ...(own.length > 1 ? ['--settings', 'FILE'] : ['--settings=FILE']),
        'hi',
      ]);
      expect(it.written).toEqual({ model: 'x', env: { ...through, OTHER: '1' } });
      expect(bases(it.made)['anthropic']).toBe('http://litellm:4000/');
    }
  });

  test('is left alone, and it is said, where its settings cannot be read or it calls another cloud', () => {
    expect(laid(['claude', '--settings', 'nowhere.json']).made?.line).toContain('past it');
    settings('{"env": {"CLAUDE_CODE_USE_BEDROCK": "1"}}');
    const bedrock = laid(['claude']);
    expect([bedrock.argv, bedrock.written]).toEqual([['claude'], null]);
    expect(bedrock.made?.line).toContain('past it');
    settings('{"env": {"CLAUDE_CODE_USE_BEDROCK": "0"}}');
    expect(laid(['claude']).made?.line).not.toContain('past it');
  });

  test('has a hook that tells its agent, beside those of the person', () => {
    const own = { PostToolUse: [{ matcher: 'Bash', hooks: [{ type: 'command', command: 'true' }] }] };
    const it = laid(['claude', '--settings', JSON.stringify({ hooks: own })], {}, '/x y/tell.sh');
    const ours = { hooks: [{ type: 'command', command: "sh '/x y/tell.sh'", timeout: 5 }] };
    expect(it.written).toEqual({
      hooks: { PostToolUse: [...own.PostToolUse, ours], PostToolUseFailure: [ours], UserPromptSubmit: [ours] },
    });
    expect(laid(['claude', 'mcp', 'list'], {}, '/x').argv).toEqual(['claude', 'mcp', 'list']);
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

describe('Cline', () => {
  const entry = (settings: object, tokenSource = 'manual') => ({ settings, tokenSource });
  const compatible = entry({ provider: 'openai-compatible', apiKey: 'k', baseUrl: 'http://litellm:4000/v1' });
  const setUp = (providers: object, folder = join(home, '.cline/data')) => {
    mkdirSync(join(folder, 'settings'), { recursive: true });
    writeFileSync(join(folder, 'settings/providers.json'), JSON.stringify({ version: 1, providers }));
  };
  const within = (argv: string[], env: Record<string, string> = {}, wanted: 'on' | 'auto' = 'auto') =>
    planProxy({ wanted, argv, cwd: home, env: { HOME: home, ...env }, settingsFile: join(home, 'copy.json') });

  test('makes its calls itself, by a copy of its settings that only its own user can read', () => {
    setUp({ 'openai-compatible': compatible, anthropic: entry({ provider: 'anthropic', apiKey: 'k2' }) });
    const made = within(['cline', '--json', 'hi']);
    expect(bases(made)).toMatchObject({
      'cline-openai-compatible': 'http://litellm:4000/v1',
      'cline-anthropic': 'https://api.anthropic.com/v1',
    });
    expect(made?.line).toContain('hub');
    expect(led(made)?.variables).toMatchObject({
      CLINE_SESSION_BACKEND_MODE: 'local',
      CLINE_PROVIDER_SETTINGS_PATH: join(home, 'copy.json'),
    });
    const copy: unknown = JSON.parse(readFileSync(join(home, 'copy.json'), 'utf8'));
    expect(copy).toMatchObject({
      version: 1,
      providers: {
        'openai-compatible': { settings: { apiKey: 'k', baseUrl: 'http://127.0.0.1:9/s/cline-openai-compatible' } },
        anthropic: { settings: { apiKey: 'k2', baseUrl: 'http://127.0.0.1:9/s/cline-anthropic' } },
      },
    });
    expect(statSync(join(home, 'copy.json')).mode & 0o77).toBe(0);
  });

  test('is read where the command or the environment says that its settings lie', () => {
    setUp({ a: compatible }, join(home, 'there/data'));
    expect(bases(within(['cline', '--config', join(home, 'there'), 'hi']))).toHaveProperty('cline-a');
    expect(bases(within(['cline', 'hi'], { CLINE_DATA_DIR: join(home, 'there/data') }))).toHaveProperty('cline-a');
  });

  test.each([
    [
      'a login, which it refreshes while it runs',
      { cline: entry({ provider: 'cline', auth: {} }, 'oauth') },
      ['hi'],
      {},
    ],
    ['its hub', { a: compatible }, ['--zen', 'hi'], {}],
    ['state of its own', { a: compatible }, ['--data-dir', '/x', 'hi'], {}],
    ['a command that makes no calls', { a: compatible }, ['auth'], {}],
    ['a person who wants the hub', { a: compatible }, ['hi'], { CLINE_SESSION_BACKEND_MODE: 'hub' }],
  ])('%s leaves it alone, and the line says so to who asked', (_what, providers, words, env) => {
    setUp(providers);
    expect(within(['cline', ...words], env)).toBeNull();
    const made = within(['cline', ...words], env, 'on');
    expect(led(made)?.variables).not.toHaveProperty('CLINE_PROVIDER_SETTINGS_PATH');
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

  test('it is not sent to a provider with the key of the gateway that the environment names', () => {
    const made = plan(['opencode'], { ANTHROPIC_BASE_URL: 'http://litellm:4000/v1' });
    expect(bases(made)).toMatchObject({ anthropic: 'http://litellm:4000/v1' });
    expect(content(made)).not.toHaveProperty('provider.anthropic');
    expect(led(made)?.variables).toMatchObject({ ANTHROPIC_BASE_URL: 'http://127.0.0.1:9/s/anthropic' });
  });

  test('with an address that cannot be read it is left alone', () => {
    writeFileSync(
      join(home, 'opencode.jsonc'),
      '{ // mine\n "provider": {"x": {"options": {"baseURL": "http://h"}}} }',
    );
    expect(content(plan(['opencode']))).toBeNull();
  });
});

describe('opencode that another program starts', () => {
  const started = (argv: string[], env: Record<string, string> = {}) => {
    const made = plan(argv, env, 'auto');
    return { names: made?.upstreams.map(({ name }) => name) ?? [], ...led(made), line: made?.line };
  };
  const script = (name: string, text: string): void => writeFileSync(join(home, name), text, { mode: 0o755 });

  test.each([
    [['bash', '-c', 'cd x && opencode run hi | tee out']],
    [['timeout', '60', 'sh', '-c', 'opencode run hi; true']],
    [['./agent.sh']],
    [['python3', 'agent.py']],
  ])('is led, and nothing else with it: %j', (argv) => {
    script('agent.sh', '#!/bin/sh\nexec opencode run "$1"\n');
    script('agent.py', 'subprocess.run(["opencode", "run", "hi"])\n');
    const { names, variables = {}, line } = started([...argv]);
    expect(names).toEqual(['opencode-anthropic', 'opencode-openai', 'opencode-google']);
    expect(Object.keys(variables)).toEqual(['OPENCODE_CONFIG_CONTENT']);
    expect(line).toContain('(opencode)');
  });

  test('beside an address of the environment both are led', () => {
    const { names } = started(['sh', '-c', 'kilo run hi'], { OPENAI_BASE_URL: 'http://litellm:4000/v1' });
    expect(names).toEqual(['openai', 'kilo-anthropic', 'kilo-google']);
  });

  test('what tests it is left alone', () => {
    script('test_agent.py', 'subprocess.run(["opencode", "run", "hi"])\n');
    expect(started(['python3', '-m', 'pytest', 'test_agent.py']).names).toEqual([]);
  });

  test.each([
    [['grep', 'opencode', 'x']],
    [['git', 'commit', '-m', 'try opencode here']],
    [['bash', '-c', 'ls opencode-ai']],
  ])('a word of that name starts nothing: %j', (argv) => {
    expect(started([...argv]).names).toEqual([]);
  });
});

describe('Kilo Code', () => {
  test('is led as opencode, from files of either name', () => {
    mkdirSync(join(home, '.config/kilo'), { recursive: true });
    writeFileSync(
      join(home, '.config/kilo/kilo.json'),
      JSON.stringify({ provider: { local: { options: { baseURL: 'http://127.0.0.1:8100/v1' } } } }),
    );
    mkdirSync(join(home, '.kilo'));
    writeFileSync(
      join(home, '.kilo/opencode.json'),
      JSON.stringify({ provider: { anthropic: { options: { baseURL: 'http://127.0.0.1:8200/v1' } } } }),
    );
    const made = plan(['npx', '@kilocode/cli', 'run', 'hi'], {}, 'auto');
    expect(bases(made)).toMatchObject({
      'kilo-local': 'http://127.0.0.1:8100/v1',
      'kilo-anthropic': 'http://127.0.0.1:8200/v1',
    });
    expect(JSON.parse(led(made)?.variables['KILO_CONFIG_CONTENT'] ?? 'null')).toMatchObject({
      provider: { local: { options: { baseURL: 'http://127.0.0.1:9/s/kilo-local' } } },
    });
    expect(led(made)?.variables).not.toHaveProperty('OPENCODE_CONFIG_CONTENT');
  });
});

describe('pi', () => {
  const install = (name: string): string => {
    const folder = join(home, 'node_modules', name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name }));
    writeFileSync(join(folder, 'pi'), '#!/usr/bin/env node\n', { mode: 0o755 });
    return join(folder, 'pi');
  };
  const models = (text: string): void => {
    mkdirSync(join(home, '.pi/agent'), { recursive: true });
    writeFileSync(join(home, '.pi/agent/models.json'), text);
  };
  const planned = (argv: string[]) =>
    planProxy({ wanted: 'auto', argv, cwd: home, env: { HOME: home }, settingsFile: join(home, 'laid.json') });

  test.each(['@mariozechner/pi-coding-agent', '@earendil-works/pi-coding-agent'])(
    'of %s is led by an extension, where its own settings say and else where its providers are',
    (name) => {
      models(
        '{ // mine\n "providers": { "my": { "baseUrl": "http://127.0.0.1:8000/v1", }, "openai": { "models": [{"id": "m", "baseUrl": "http://x"}] } } }',
      );
      const program = install(name);
      const made = planned([program, '-p', 'hi']);
      expect(bases(made)).toMatchObject({
        'pi-my-127.0.0.1': 'http://127.0.0.1:8000/v1',
        'pi-anthropic-api.anthropic.com': 'https://api.anthropic.com/',
      });
      expect(Object.keys(bases(made)).some((way) => way.startsWith('pi-openai'))).toBe(false);
      const { argv = [], variables } = led(made) ?? {};
      expect(argv).toEqual([program, '--extension', join(home, 'laid.json.mjs'), '-p', 'hi']);
      expect(variables).toEqual({});
      const extension = readFileSync(argv[2] ?? '', 'utf8');
      expect(extension).toContain('pi.registerProvider("my", { baseUrl: "http://127.0.0.1:9/s/pi-my-127.0.0.1" });');
      expect(statSync(argv[2] ?? '').mode & 0o077).toBe(0);
    },
  );

  test('is left alone where it makes no calls, or its settings cannot be read; another program of that name is not it', () => {
    const program = install('@mariozechner/pi-coding-agent');
    expect(planned([program, 'install', 'x'])).toBeNull();
    expect(planned([install('raspberry'), '-p', 'hi'])).toBeNull();
    models('{');
    expect(planned([program, '-p', 'hi'])).toBeNull();
  });
});

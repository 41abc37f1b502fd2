import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What each client is asked, in the words of the script of the model (`llm/script.ts`); $ID makes a conversation new. */
export const scenarios = {
  tool: 'please USETOOL then answer',
  subagent: 'please SUBAGENT then answer',
  retry: 'RETRYONCE-$ID say hello',
  failed: 'FAILTURN say hello',
  cut: 'CUTONCE-$ID say hello',
} as const;
export type ScenarioName = keyof typeof scenarios;

/** What a client is told: where the scripted models answer, and whom the SDK reports to, as whom. */
export type Places = { llm: string; url: string; key: string; agent: string };

export type ProxyFlag = '--proxy' | '--no-proxy';

export type Client = {
  name: string;
  /** How it reports to Telltale, in a few words. */
  by: string;
  /** Packages of npm or PyPI; none for programs that run on this repository's own. */
  install: { npm: readonly string[] } | { pypi: readonly string[] } | null;
  /** The folder of the installation. */
  folder: string;
  scenarios: readonly ScenarioName[];
  /** Why the client by itself cannot tell all of a scenario: shown where its figures are not equal. */
  cannot?: Partial<Record<ScenarioName, string>>;
  /** Scenarios that are run once more with a word on the proxy: `--proxy` where it is off by itself, `--no-proxy` where it is on. */
  again?: { flag: ProxyFlag; scenarios: readonly ScenarioName[] };
  /** Files of its program, put beside its packages so that it finds them. */
  programs?: readonly string[];
  argv(at: { folder: string; prompt: string }): string[];
  env(at: Places): Record<string, string>;
  /** A command that configures it, run before and outside of Telltale. */
  setUp?(at: { folder: string; llm: string }): string[];
  /** Files of its configuration, by path below its home. */
  files?(at: { llm: string }): Record<string, string>;
};

/** Makes a client's home with its configuration, and a folder to work in. */
export function prepareHome(client: Client, home: string, llm: string): string {
  for (const [path, text] of Object.entries(client.files?.({ llm }) ?? {})) {
    mkdirSync(join(home, path, '..'), { recursive: true });
    writeFileSync(join(home, path), text);
  }
  const work = join(home, 'work');
  mkdirSync(work, { recursive: true });
  return work;
}

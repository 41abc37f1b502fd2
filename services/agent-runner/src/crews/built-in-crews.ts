import { fileURLToPath } from 'node:url';
import { crewProfile, type CrewProfile } from './crew-profile.ts';

const program = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Crews that every runner has unless its own file says otherwise. */
export function builtInCrews(): Record<string, CrewProfile> {
  return {
    codegen: crewProfile.parse({
      description: 'Has a model change a repository until its tests pass, and commits that',
      argv: [process.execPath, program('../codegen/main.ts'), '{inputs_file}'],
      inputs: {
        prompt: { type: 'string', required: true, max_length: 20_000 },
        model: { type: 'string', max_length: 200 },
        commit_message: { type: 'string', max_length: 2_000 },
      },
      env: [
        'TELLTALE_URL',
        'TELLTALE_API_KEY',
        'TELLTALE_TEAM',
        'TELLTALE_DATA_DIR',
        'OPENAI_API_KEY',
        'OPENAI_BASE_URL',
        'TELLTALE_CODEGEN_MODEL',
      ],
      workspace: 'repository',
      limits: { timeout: '20m' },
      concurrency: 4,
      proxy: 'on',
      input_summary: ['prompt'],
    }),
  };
}

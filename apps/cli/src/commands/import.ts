import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import type { ImportFlags } from '../import/import.ts';
import { withClientFlags } from './client-flags.ts';

/** `telltale import`. */
export function addImportCommand(program: Command, context: Context): void {
  withClientFlags(program.command('import'))
    .description(
      'Read the transcripts of Claude Code, Codex and Gemini CLI into history, once however often it is run.',
    )
    .addOption(new Option('--only <client>', 'the transcripts of one client').choices(['claude', 'codex', 'gemini']))
    .option('--agent <id>', 'whose work it is (default: claude-code, codex or gemini-cli)')
    .option('--session <id>', 'of one conversation')
    .option('--dry-run', 'send nothing, say what there is')
    .action(async (flags: ImportFlags) => {
      const { importTranscripts } = await import('../import/import.ts');
      await importTranscripts(flags, context);
    });
}

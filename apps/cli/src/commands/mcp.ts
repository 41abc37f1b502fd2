import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { McpFlags } from '../mcp/serve-mcp.ts';
import { withClientFlags } from './client-flags.ts';

/** `telltale mcp`: what an agent's MCP client starts. */
export function addMcpCommand(program: Command, context: Context): void {
  withClientFlags(program.command('mcp'))
    .description('Serve metrics over MCP on stdin and stdout: within a run its own, else those that the key sees.')
    .option('--team-tools', 'also the tools that list the whole team')
    .action(async (flags: McpFlags) => {
      const { serveMcp } = await import('../mcp/serve-mcp.ts');
      await serveMcp(flags, context);
    });
}

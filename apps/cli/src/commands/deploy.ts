import { Argument, type Command } from 'commander';
import type { BeatingService } from '@telltale/stream/heartbeat';
import type { Context } from '../context.ts';

/** `telltale deploy …`: what docker-compose.yml calls; hidden, because nobody types it. */
export function addDeployCommands(program: Command, context: Context): void {
  const deploy = program.command('deploy', { hidden: true });
  deploy
    .command('secrets <folder>')
    .description('Make the passwords and the key secret that are not there yet.')
    .action(async (folder: string) => {
      const { makeSecrets } = await import('../deploy/make-secrets.ts');
      const made = makeSecrets(folder);
      context.say(made.length === 0 ? 'all secrets are there' : `made ${made.join(', ')}`);
    });
  deploy
    .command('migrate <operator-key-file>')
    .description("Bring the schema up to date and make the operator's key once.")
    .action(async (keyFile: string) => {
      const { migrateDeployment } = await import('../deploy/migrate-deployment.ts');
      await migrateDeployment(keyFile, context);
    });
  deploy
    .command('healthy')
    .addArgument(new Argument('<service>').choices(['collector', 'aggregator', 'agent-runner']))
    .description('Exit 0 when the service of this host has sent a heartbeat lately.')
    .action(async (service: BeatingService) => {
      const { checkHeartbeat } = await import('../deploy/check-heartbeat.ts');
      await checkHeartbeat(service, context.env);
    });
}

/** `webhooks demo`: an endpoint at the sandbox's receiver, whose page shows what comes. */
import type { Command } from 'commander';
import { insertWebhookEndpoint } from '../db/webhook-endpoints.ts';
import { newWebhookSecret } from '../providers/webhook-client.ts';
import { CliError } from './cli-error.ts';
import { type Context, outputOf, withDatabase } from './context.ts';
import { printResult } from './output.ts';

export function addWebhookDemo(webhooks: Command, context: Context): void {
  webhooks
    .command('demo')
    .description('have the sandbox of `npm start` told of everything, and show it in a browser')
    .argument('[name]', 'of the receiver', 'demo')
    .action(async (name: string, _options: object, command: Command) => {
      const { sandboxUrl } = context.target();
      if (!sandboxUrl) throw new CliError('There is no sandbox here: `npm start` runs one.');
      const page = `${sandboxUrl}/hooks/${encodeURIComponent(name)}`;
      const secret = newWebhookSecret();
      await tellReceiver(`${page}/settings`, secret);
      const wanted = { url: page, description: 'The sandbox', eventTypes: ['*'], secret };
      const { id } = await withDatabase(context, (db) => db.transaction((tx) => insertWebhookEndpoint(tx, wanted)));
      printResult(outputOf(context, command), `${page} is told of all that happens from now on.`, { id, page, secret });
    });
}

async function tellReceiver(address: string, secret: string): Promise<void> {
  const answer = await fetch(address, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ secrets: [secret] }),
  }).catch(() => undefined);
  if (!answer?.ok) throw new CliError(`Nobody takes webhooks at ${address}.`);
}

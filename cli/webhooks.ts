/** `webhooks`: endpoints and what they were told, from the machine itself. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Database, Executor } from '../db/database.ts';
import { resolveException } from '../db/exceptions.ts';
import { listWebhookDeliveries, replayDelivery, WEBHOOK_DELIVERY_STATUSES } from '../db/webhook-deliveries.ts';
import * as endpoints from '../db/webhook-endpoints.ts';
import { insertTestDelivery, MOST_REPLAYED, replayFailed, replayTime } from '../db/webhook-replay.ts';
import { parsePublicUrl } from '../domain/public-url.ts';
import { isEventFilter } from '../domain/webhook-events.ts';
import { newWebhookSecret } from '../providers/webhook-client.ts';
import { parseCount, parseId, parseTime } from './arguments.ts';
import { CliError } from './cli-error.ts';
import { type Context, outputOf, withDatabase } from './context.ts';
import { printResult, printRows } from './output.ts';
import { addWebhookDemo } from './webhook-demo.ts';

export function addWebhookCommands(program: Command, context: Context): void {
  const webhooks = program
    .command('webhooks')
    .description('endpoints that are told of events, and what they were told');
  addList(webhooks, context);
  addCreate(webhooks, context);
  addRotate(webhooks, context);
  addState(webhooks, context, 'pause', 'keep what happens until it is resumed');
  addState(webhooks, context, 'resume', 'send what was kept, and go on');
  addTest(webhooks, context);
  addDeliveries(webhooks, context);
  addReplay(webhooks, context);
  addWebhookDemo(webhooks, context);
}

function addList(webhooks: Command, context: Context): void {
  webhooks
    .command('list')
    .description('all endpoints and how they fare')
    .action(async (_options: object, command: Command) => {
      const rows = await withDatabase(context, (db) => endpoints.listWebhookEndpoints(db, undefined, { limit: 1_000 }));
      printRows(outputOf(context, command), rows, [
        'id',
        'status',
        'url',
        'event_types',
        'failing_since',
        'last_success_at',
      ]);
    });
}

function addCreate(webhooks: Command, context: Context): void {
  webhooks
    .command('create')
    .description('add an endpoint; its secret is shown this once')
    .argument('<url>', 'where webhooks are sent to', parseUrl)
    .requiredOption('--events <types>', 'comma-separated: *, topics such as order.*, or single types', parseFilters)
    .option('--description <text>', 'what it is for', '')
    .option('--max-per-second <count>', 'so many webhooks begin in a second at most', parseCount)
    .action(async (url: string, options: CreateOptions, command: Command) => {
      const { events: eventTypes, description, maxPerSecond } = options;
      const secret = newWebhookSecret();
      const row = await change(context, (tx) =>
        endpoints.insertWebhookEndpoint(tx, { url, description, eventTypes, maxPerSecond, secret }),
      );
      const said = `${secret}\nThis signs for ${row.id}. It is not shown again: keep it safe.`;
      printResult(outputOf(context, command), said, { ...row, secret });
    });
}

interface CreateOptions {
  events: string[];
  description: string;
  maxPerSecond?: number;
}

const change = <T>(context: Context, work: (tx: Executor) => Promise<T>): Promise<T> =>
  withDatabase(context, (db: Database) => db.transaction(work));

function parseUrl(text: string): string {
  const url = parsePublicUrl(text);
  if (!(url instanceof URL)) throw new InvalidArgumentError('This takes an http or https URL without a user name.');
  return url.href;
}

function parseFilters(text: string): string[] {
  const filters = [...new Set(text.split(',').map((each) => each.trim()))].filter((each) => each !== '');
  const unknown = filters.filter((each) => !isEventFilter(each));
  if (filters.length === 0 || unknown.length > 0)
    throw new InvalidArgumentError(`${unknown.join(', ') || 'nothing'}: no known event; docs/webhooks.md lists them.`);
  return filters;
}

function addRotate(webhooks: Command, context: Context): void {
  webhooks
    .command('rotate-secret')
    .description('make a new secret; the old one signs beside it during the overlap')
    .argument('<id>', 'id of the endpoint', parseId)
    .option('--overlap <seconds>', 'how long both sign', parseCount, 86_400)
    .action(async (id: string, { overlap }: { overlap: number }, command: Command) => {
      const secret = newWebhookSecret();
      await change(context, async (tx) => {
        await get(tx, id);
        await endpoints.rotateWebhookSecret(tx, id, secret, overlap);
      });
      printResult(outputOf(context, command), `${secret}\nThe old secret signs for ${overlap} seconds more.`, {
        id,
        secret,
      });
    });
}

async function get(tx: Executor, id: string): Promise<endpoints.WebhookEndpointRow> {
  if ((await endpoints.lockWebhookEndpoint(tx, id)) === undefined) throw new CliError(`There is no endpoint ${id}.`);
  return (await endpoints.findWebhookEndpoint(tx, id))!;
}

/** One that is or will be told; what is sent to one that is disabled would wait for ever. */
async function getListening(tx: Executor, id: string): Promise<endpoints.WebhookEndpointRow> {
  const row = await get(tx, id);
  if (row.status === 'disabled') throw new CliError(`The endpoint ${id} is disabled: resume it first.`);
  return row;
}

function addState(webhooks: Command, context: Context, verb: 'pause' | 'resume', description: string): void {
  webhooks
    .command(verb)
    .description(description)
    .argument('<id>', 'id of the endpoint', parseId)
    .action(async (id: string, _options: object, command: Command) => {
      const done = await change(context, async (tx) => {
        if (verb === 'pause') return endpoints.pauseWebhookEndpoint(tx, id, 'by hand');
        for (const code of ['webhook_endpoint_paused', 'webhook_endpoint_gone'])
          await resolveException(tx, code, id, 'The endpoint was resumed.');
        return endpoints.resumeWebhookEndpoint(tx, id);
      });
      if (!done) throw new CliError(`There is no endpoint ${id} to ${verb}.`);
      printResult(outputOf(context, command), `The endpoint ${id} is ${verb}d.`, { id, [`${verb}d`]: true });
    });
}

function addTest(webhooks: Command, context: Context): void {
  webhooks
    .command('test')
    .description('send a test; `webhooks deliveries` shows what came of it')
    .argument('<id>', 'id of the endpoint', parseId)
    .action(async (id: string, _options: object, command: Command) => {
      const delivery = await change(context, async (tx) => insertTestDelivery(tx, (await getListening(tx, id)).id));
      printResult(outputOf(context, command), `The test ${delivery} is on its way.`, { id: delivery });
    });
}

function addDeliveries(webhooks: Command, context: Context): void {
  webhooks
    .command('deliveries')
    .description('what an endpoint was told, newest first')
    .argument('<id>', 'id of the endpoint', parseId)
    .addOption(new Option('--status <status>').choices(WEBHOOK_DELIVERY_STATUSES))
    .option('--limit <count>', 'at most so many', parseCount, 50)
    .action(async (id: string, { status, limit }: { status?: string; limit: number }, command: Command) => {
      const rows = await withDatabase(context, (db) => listWebhookDeliveries(db, id, { status }, { limit }));
      const columns = ['id', 'type', 'status', 'attempts', 'response_status', 'next_attempt_at', 'error'] as const;
      printRows(outputOf(context, command), rows.slice(0, limit), columns);
    });
}

interface ReplayOptions {
  failed?: boolean;
  since?: Date;
  until?: Date;
}

function addReplay(webhooks: Command, context: Context): void {
  webhooks
    .command('replay')
    .description('send again: one delivery, or of an endpoint what failed or happened in a time')
    .argument('<id>', 'id of the delivery, or of the endpoint with --failed or --since', parseId)
    .option('--failed', 'all that failed')
    .option('--since <time>', 'all that happened from then on', parseTime)
    .option('--until <time>', 'and before then', parseTime)
    .action(async (id: string, options: ReplayOptions, command: Command) => {
      const replayed = await change(context, (tx) => replay(tx, id, options));
      printResult(outputOf(context, command), `${replayed} on their way.`, { id, replayed });
    });
}

async function replay(tx: Executor, id: string, { failed, since, until = new Date() }: ReplayOptions): Promise<number> {
  if (!failed && !since) {
    if (!(await replayDelivery(tx, id))) throw new CliError(`There is no delivery ${id}.`);
    return 1;
  }
  const endpoint = await getListening(tx, id);
  if (!since) {
    const { replayed } = await replayFailed(tx, id);
    await resolveException(tx, 'webhook_delivery_failed', id, 'What failed is sent again.');
    return replayed;
  }
  const result = await replayTime(tx, endpoint, { since, until }, endpoint.event_types);
  if (!result) throw new CliError(`More than ${MOST_REPLAYED} events happened in that time; name a shorter one.`);
  return result.replayed;
}

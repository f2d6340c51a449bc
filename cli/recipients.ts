/** `recipients`, `suppressions` and `message-routes`: who is told, who must not be, and of what, from the machine itself. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { deleteMessageRoute, listMessageRoutes, type RouteKey, saveMessageRoute } from '../db/message-routes.ts';
import { listRecipients } from '../db/recipients.ts';
import { listSuppressions, removeSuppression, SUPPRESSION_REASONS, suppress } from '../db/suppressions.ts';
import {
  AUDIENCES,
  type Audience,
  CHANNELS,
  type Channel,
  URGENCIES,
  type Urgency,
} from '../domain/messages/channels.ts';
import { shownRecipient } from '../domain/messages/mask-links.ts';
import {
  audiencesOf,
  defaultRoute,
  isMessageEvent,
  isRouteNeeded,
  MESSAGE_EVENTS,
  type MessageEvent,
} from '../domain/messages/routes.ts';
import { nearestName } from '../domain/nearest-name.ts';
import { parseCount, parseId } from './arguments.ts';
import { CliError } from './cli-error.ts';
import { type Context, outputOf, withDatabase } from './context.ts';
import { printResult, printRows } from './output.ts';

export function addRecipientCommands(program: Command, context: Context): void {
  addRecipients(program, context);
  const suppressions = program.command('suppressions').description('addresses that are not written to');
  addSuppressionList(suppressions, context);
  addSuppression(suppressions, context);
  const routes = program.command('message-routes').description('which news goes to whom, on which channel');
  addRouteList(routes, context);
  addRouteSet(routes, context);
  addRouteReset(routes, context);
}

const channelOption = () => new Option('--channel <channel>').choices(CHANNELS);

function addRecipients(program: Command, context: Context): void {
  program
    .command('recipients')
    .description('people of the shop, and customers who said more than an order does')
    .addOption(new Option('--audience <audience>').choices(AUDIENCES))
    .option('--email <address>', 'of this address, in whatever case')
    .option('--limit <count>', 'at most so many', parseCount, 100)
    .action(async ({ limit, ...filter }: { audience?: Audience; email?: string; limit: number }, command: Command) => {
      const rows = await withDatabase(context, (db) => listRecipients(db, filter, { after: undefined, limit }));
      const columns = ['id', 'audience', 'name', 'email', 'phone', 'locale', 'time_zone'] as const;
      const shown = rows.slice(0, limit).map(({ push_subscriptions: _, chat_url, ...row }) => ({
        ...row,
        chat_url: chat_url && shownRecipient('chat', chat_url),
      }));
      printRows(outputOf(context, command), shown, columns);
    });
}

interface SuppressionOptions {
  channel?: Channel;
  address?: string;
  reason?: (typeof SUPPRESSION_REASONS)[number];
  limit: number;
}

function addSuppressionList(suppressions: Command, context: Context): void {
  suppressions
    .command('list')
    .description('newest first')
    .addOption(channelOption())
    .option('--address <address>', 'of this address')
    .addOption(new Option('--reason <reason>').choices(SUPPRESSION_REASONS))
    .option('--limit <count>', 'at most so many', parseCount, 100)
    .action(async ({ limit, ...filter }: SuppressionOptions, command: Command) => {
      const rows = await withDatabase(context, (db) => listSuppressions(db, filter, { after: undefined, limit }));
      const columns = ['id', 'created_at', 'channel', 'address', 'reason', 'topic', 'detail'] as const;
      const shown = rows.slice(0, limit).map((row) => ({ ...row, address: shownRecipient(row.channel, row.address) }));
      printRows(outputOf(context, command), shown, columns);
    });
}

function addSuppression(suppressions: Command, context: Context): void {
  suppressions
    .command('add')
    .description('write no more to an address, also about orders')
    .argument('<address>', 'as it is written to')
    .addOption(channelOption().default('email'))
    .option('--detail <text>', 'why')
    .action(async (address: string, { channel, detail }: { channel: Channel; detail?: string }, command: Command) => {
      if (!LIKE[channel].test(address)) throw new CliError(`${address} is no address of ${channel}.`);
      const made = await withDatabase(context, (db) => suppress(db, { channel, address, detail, reason: 'manual' }));
      const said = made ? `${made.address} is not written to any more.` : `${address} was suppressed before.`;
      printResult(outputOf(context, command), said, { address, channel, added: made !== undefined });
    });
  suppressions
    .command('remove')
    .description('lift one reason')
    .argument('<id>', 'as the list shows it', parseId)
    .action(async (id: string, _options: object, command: Command) => {
      if (!(await withDatabase(context, (db) => removeSuppression(db, id))))
        throw new CliError(`There is no suppression ${id}.`);
      printResult(outputOf(context, command), 'Lifted.', { id, removed: true });
    });
}

const LIKE: Readonly<Record<Channel, RegExp>> = {
  email: /^[^\s@]+@[^\s@]+$/,
  sms: /^\+[1-9]\d{6,14}$/,
  web_push: /^https:\/\/\S+$/,
  chat: /^https?:\/\/\S+$/,
};

function addRouteList(routes: Command, context: Context): void {
  routes
    .command('list')
    .description('what the shop said; everything else goes as docs/messages.md says')
    .action(async (_options: object, command: Command) => {
      const rows = await withDatabase(context, listMessageRoutes);
      printRows(outputOf(context, command), rows, ['event', 'audience', 'channel', 'enabled', 'urgency', 'updated_at']);
    });
}

/** `dispute.opened/operations/chat` */
function parseRoute(text: string): RouteKey {
  const [event = '', audience, channel, ...more] = text.split('/');
  if (!isMessageEvent(event))
    throw new InvalidArgumentError(`There is no event ${event}; did you mean ${nearestName(event, MESSAGE_EVENTS)}?`);
  const allowed = audiencesOf(event);
  if (!allowed.includes(audience as Audience))
    throw new InvalidArgumentError(`${event} is written for ${allowed.join(', ')}.`);
  if (!CHANNELS.includes(channel as Channel) || more.length > 0)
    throw new InvalidArgumentError(`A channel is one of ${CHANNELS.join(', ')}.`);
  return { event, audience: audience as Audience, channel: channel as Channel };
}

const ROUTE = '<event/audience/channel>';

function addRouteSet(routes: Command, context: Context): void {
  routes
    .command('set')
    .description('switch a route on or off')
    .argument(ROUTE, 'such as dispute.opened/operations/chat', parseRoute)
    .addOption(new Option('--off', 'nothing goes this way'))
    .addOption(new Option('--urgency <urgency>', 'now waits for nothing').choices(URGENCIES))
    .action(async (key: RouteKey, { off = false, urgency }: { off?: boolean; urgency?: Urgency }, command: Command) => {
      if (off && isRouteNeeded(key.event, key.audience, key.channel))
        throw new CliError(`${key.event} belongs to what the customer bought and is always told by e-mail.`);
      const wanted = { enabled: !off, urgency: urgency ?? usualOf(key) };
      await withDatabase(context, (db) => saveMessageRoute(db, key, wanted));
      printResult(outputOf(context, command), `${nameOf(key)} is ${off ? 'off' : 'on'}.`, { ...key, ...wanted });
    });
}

const usualOf = ({ event, audience, channel }: RouteKey): Urgency => defaultRoute(event, audience, channel) ?? 'normal';
const nameOf = ({ event, audience, channel }: { event: MessageEvent; audience: string; channel: string }) =>
  `${event}/${audience}/${channel}`;

function addRouteReset(routes: Command, context: Context): void {
  routes
    .command('reset')
    .description('route as if nothing had been said')
    .argument(ROUTE, 'such as dispute.opened/operations/chat', parseRoute)
    .action(async (key: RouteKey, _options: object, command: Command) => {
      if (!(await withDatabase(context, (db) => deleteMessageRoute(db, key))))
        throw new CliError(`Nothing was said of ${nameOf(key)}.`);
      printResult(outputOf(context, command), `${nameOf(key)} is as by default.`, { ...key, reset: true });
    });
}

/** `messages`: what an order, or somebody, was sent; and one message with all that became of it. */
import { type Command, Option } from 'commander';
import { findOrderId } from '../db/find-order-id.ts';
import {
  listNotifications,
  NOTIFICATION_STATUSES,
  type NotificationFilter,
  type NotificationTimeline,
  readNotification,
} from '../db/notification-timeline.ts';
import { parseCount, parseId } from './arguments.ts';
import { CliError } from './cli-error.ts';
import { type Context, outputOf, withDatabase } from './context.ts';
import { plain, printRows } from './output.ts';

interface ListOptions extends Pick<NotificationFilter, 'status' | 'channel' | 'topic'> {
  order?: string;
  to?: string;
  limit: number;
}

export function addMessageCommands(program: Command, context: Context): void {
  const messages = program.command('messages').description('explain what was sent to whom');
  messages
    .command('list')
    .description('messages, newest first')
    .option('--order <number>', 'of this order: ORD-… or its id')
    .option('--to <address>', 'to this address, in whatever case')
    .addOption(new Option('--status <status>', 'that stand so').choices(NOTIFICATION_STATUSES))
    .option('--channel <channel>', 'email, sms, web_push or chat')
    .option('--topic <topic>', 'order, payment, shipment …')
    .option('--limit <count>', 'at most so many', parseCount, 50)
    .action(async (options: ListOptions, command: Command) => {
      const rows = await withDatabase(context, async (db) => {
        const { order, to: recipient, limit, ...filter } = options;
        const order_id = order === undefined ? undefined : await findOrderId(db, order);
        if (order !== undefined && order_id === undefined) throw new CliError(`There is no order ${order}.`);
        return listAll(db, { ...filter, order_id, recipient }, limit);
      });
      printRows(outputOf(context, command), rows, [
        'id',
        'created_at',
        'channel',
        'status',
        'recipient',
        'template',
        'cause',
        'tries',
        'subject',
      ]);
    });
  messages
    .command('show')
    .description('a message with its attempts, the provider’s events and the text that was sent')
    .argument('<id>', 'id of the message', parseId)
    .action(async (id: string, _options: object, command: Command) => {
      const message = await withDatabase(context, (db) => readNotification(db, id));
      if (!message) throw new CliError(`There is no message ${id}.`);
      const { json } = outputOf(context, command);
      context.write(json ? `${JSON.stringify(message, null, 2)}\n` : explain(message));
    });
}

/** A page may be short and have a next one. */
async function listAll(db: Parameters<typeof listNotifications>[0], filter: NotificationFilter, limit: number) {
  const rows = [];
  let before: string | undefined;
  do {
    const page = await listNotifications(db, filter, { before, limit: limit - rows.length });
    rows.push(...page.rows);
    before = page.next;
  } while (before !== undefined && rows.length < limit);
  return rows;
}

function explain({ attempts, events, content, ...facts }: NotificationTimeline): string {
  const line = (name: string, value: unknown) => `${name.padEnd(20)} ${plain(value)}\n`;
  const list = (title: string, entries: readonly object[]) =>
    entries.length === 0 ? '' : `\n${title}\n${entries.map((entry) => `  ${plain(entry)}\n`).join('')}`;
  const known = Object.entries(facts).filter(([name, value]) => value !== null && name !== 'text_kept');
  return [
    ...known.map(([name, value]) => line(name, value)),
    list('Attempts', attempts),
    list('Events', events),
    content
      ? `\nText, sent ${content.rendered_at.toISOString()}\n${indent(content.text)}\n`
      : '\nThe text is not kept: the message was not sent, or its time is up.\n',
  ].join('');
}

/** Lines of outsiders' words, each by itself, so that none steers the terminal. */
const indent = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((each) => `  ${plain(each)}`.trimEnd())
    .join('\n');

/** Tells a subscriber of their subscription: as db/tell.ts does of an order, also where there is no order that it is about. */
import { customerRoute, type SubscriptionNews } from '../domain/messages/routes.ts';
import { type Executor, setStatement, statement } from './database.ts';
import { uuidv7 } from './ids.ts';
import { CUSTOMER_MESSAGES, MESSAGE_JOBS } from './tell.ts';

export interface SubscriberNews {
  event: SubscriptionNews;
  /** `<event>/<row id>`: it is told once to each recipient and channel. */
  cause: string;
  /** What the template takes beside the subscription's own facts. */
  data?: Readonly<Record<string, unknown>>;
  /** The order that it is about, where there is one: the message is then a part of its history. */
  orderId?: string | undefined;
}

interface Item {
  subscription_id: string;
  message_id: string;
  order_id: string | null;
  cause: string;
  extra: object;
}

// The plan is named by its goods, as the customer knows them. Its language is the subscription's.
const tellOne = setStatement<Item, { written: boolean }>(
  'tell_subscriber',
  (item) => item.subscription_id,
  `with item as materialized (
     select * from json_to_recordset($1) as item (n integer, subscription_id uuid, message_id uuid, order_id uuid, event text, cause text,
       template text, topic text, routes jsonb, extra jsonb)
   ), news as materialized (
     select item.n, item.message_id as id, item.order_id, item.event, item.cause, item.template, item.topic, item.routes,
       s.customer_email as address, s.locale,
       jsonb_build_object('subscriptionId', s.id, 'subscriptionNumber', s.number, 'customerName', s.customer_name, 'plan', coalesce((
           select string_agg(case l.quantity when 1 then '' else l.quantity || ' × ' end || l.name, ', ' order by l.position)
           from subscription_lines l where l.subscription_id = s.id and l.kind = 'goods' and l.removed_at is null
         ), ''), 'price', jsonb_build_object('amount', s.total_amount, 'currency', s.currency), 'interval', s.interval_unit,
         'intervalCount', s.interval_count, 'nextPaymentAt', s.current_period_end) || item.extra as data
     from item join subscriptions s on s.id = item.subscription_id
   ), ${CUSTOMER_MESSAGES}, job as (
     insert into outbox (queue, job_id, payload, order_id) ${MESSAGE_JOBS}
   )
   select distinct news.n from news, message`,
);

const inTheirLanguage = statement(
  'subscriber_language',
  `update notifications m set locale = s.locale from subscriptions s
   where s.id = $2 and m.cause = $1 and m.order_id is null and m.locale is null and s.locale is not null`,
);

/** Writes the message and its job; false when the cause was told before. Within the caller's transaction. */
export async function tellSubscriber(tx: Executor, subscriptionId: string, news: SubscriberNews): Promise<boolean> {
  const { event, cause, data = {}, orderId = null } = news;
  const about = { subscription_id: subscriptionId, message_id: uuidv7(), order_id: orderId, cause, extra: data };
  const told = await tx.each(tellOne, { ...about, ...customerRoute(event) });
  if (told.length === 0) return false;
  if (orderId === null) await tx.rows(inTheirLanguage, [cause, subscriptionId]);
  tx.signal('stockroom_outbox', '');
  return true;
}

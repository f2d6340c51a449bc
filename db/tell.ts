/**
 * Tells people of something: one piece of news becomes a message for each recipient and channel, with its job, in one statement.
 * The default routes come with the news (domain/messages/routes.ts); the shop's own (message_routes) and what a recipient wants
 * (message_preferences) are read by the statement itself, so that they count at once.
 */
import type { ShopAudience } from '../domain/messages/channels.ts';
import { type CustomerEvent, customerRoute, routedEvent, type ShopEvent } from '../domain/messages/routes.ts';
import { type Executor, setStatement, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

interface News {
  /** `<event>/<row id>`: it is told once to each recipient and channel. */
  cause: string;
  data?: object;
}

/** What a customer hears of their order, at the e-mail address that the order has. */
export interface CustomerNews extends News {
  event: CustomerEvent;
  orderId: string;
  email: string;
}

/** What people of the shop hear. */
export interface ShopNews extends News {
  event: ShopEvent;
  orderId: string | null;
  /** By audience, the address for when nobody of it can be reached by a row of their own. */
  fallback: Partial<Record<ShopAudience, string | undefined>>;
}

/** Whether somebody asked for a channel that the routes do not have. */
const askedBy = (person: string) => `exists (
     select from message_preferences p
     where p.recipient_id = ${person} and p.topic = news.topic and p.channel = way.channel and p.delivery <> 'off'
   )`;

/** A further message of the same moment: the first's time with chance behind it. */
const FURTHER_ID = `overlay(gen_random_uuid()::text placing left(news.id::text, 15) from 1 for 15)::uuid`;

/**
 * For a statement that has the rows `news (id, order_id, event, cause, template, topic, routes, address, data)`, of customers: writes
 * their messages as `message (id, order_id)`. By e-mail the address is the order's; `routes` has the urgency of each channel. `known`
 * is who the shop knows by that address, `own` what was said with this order's token.
 */
export const CUSTOMER_MESSAGES = `message as (
     insert into notifications (id, order_id, cause, channel, template, topic, urgency, recipient, recipient_id, locale, data)
     select case way.channel when 'email' then news.id else ${FURTHER_ID} end, news.order_id, news.cause, way.channel, news.template,
       news.topic, coalesce(rule.urgency, news.routes ->> way.channel, 'normal'), way.recipient, way.person,
       coalesce(own.locale, known.locale), news.data
     from news
     left join recipients known
       on known.audience = 'customer' and known.email is not null and lower(known.email) = lower(news.address)
     left join recipients own on own.order_id = news.order_id
     cross join lateral (
       select 'email' as channel, news.address as recipient, coalesce(known.id, own.id) as person
       union all select 'sms', known.phone, known.id
       union all select 'chat', known.chat_url, known.id
       union all select 'web_push', s.endpoint, s.recipient_id from push_subscriptions s where s.recipient_id in (known.id, own.id)
     ) way
     left join message_routes rule on rule.event = news.event and rule.audience = 'customer' and rule.channel = way.channel
     where way.recipient is not null and coalesce(rule.enabled, news.routes ? way.channel or ${askedBy('way.person')})
     on conflict on constraint notifications_cause_key do nothing
     returning id, order_id
   )`;

/** For the INSERT into outbox (queue, job_id, payload, order_id): the job of each message. */
export const MESSAGE_JOBS = `select 'send-notification', 'notification-' || m.id,
       jsonb_strip_nulls(jsonb_build_object('notification_id', m.id, 'order_id', m.order_id)), m.order_id
     from message m`;

interface CustomerItem {
  id: string;
  order_id: string;
  cause: string;
  address: string;
  data: object;
}

const tellOne = setStatement<CustomerItem, { written: boolean }>(
  'tell_customer',
  (row) => row.order_id,
  `with news as materialized (
     select n, id, order_id, event, cause, template, topic, routes, address, data
     from json_to_recordset($1) as item (n integer, id uuid, order_id uuid, event text, cause text, template text, topic text,
       routes jsonb, address text, data jsonb)
     order by order_id
   ), ${CUSTOMER_MESSAGES}, job as (
     insert into outbox (queue, job_id, payload, order_id) ${MESSAGE_JOBS}
   )
   select distinct news.n from message join news using (order_id)`,
);

// Who has no e-mail address is told in their chat, else by text message, what goes by e-mail. The address in the configuration stands
// in for an audience of which nobody is reached. A shop has few people: all of its audiences are read.
const tellAll = statement(
  'tell_shop',
  `with news as materialized (
     select $1::uuid as id, $2::uuid as order_id, $3::text as event, $4::text as cause, $5::text as template, $6::text as topic,
       $7::jsonb as audiences, $8::jsonb as fallback, $9::jsonb as data
   ), reached as materialized (
     select person.audience, way.channel, way.recipient, person.id as recipient_id, person.locale, rule.urgency
     from news join recipients person on person.audience <> 'customer'
     cross join lateral (
       select 'email' as channel, person.email as recipient
       union all select 'sms', person.phone
       union all select 'chat', person.chat_url
       union all select 'web_push', s.endpoint from push_subscriptions s where s.recipient_id = person.id
     ) way
     left join message_routes rule
       on rule.event = news.event and rule.audience = person.audience and rule.channel = way.channel
     left join message_routes by_mail
       on by_mail.event = news.event and by_mail.audience = person.audience and by_mail.channel = 'email'
     where way.recipient is not null and coalesce(
       rule.enabled,
       news.audiences -> person.audience ? way.channel
         or (person.email is null and way.channel = case when person.chat_url is null then 'sms' else 'chat' end
           and coalesce(by_mail.enabled, news.audiences -> person.audience ? 'email'))
         or (news.audiences ? person.audience and ${askedBy('person.id')}),
       false
     )
   ), chosen as (
     select * from reached
     union all
     select f.audience, 'email', f.address, null, null, rule.urgency
     from news cross join jsonb_each_text(news.fallback) as f (audience, address)
     left join message_routes rule on rule.event = news.event and rule.audience = f.audience and rule.channel = 'email'
     where f.address is not null and coalesce(rule.enabled, news.audiences -> f.audience ? 'email', false)
       and not exists (select from reached where reached.audience = f.audience)
   ), message as (
     insert into notifications (id, order_id, cause, channel, template, topic, urgency, recipient, recipient_id, locale, data)
     select ${FURTHER_ID}, news.order_id, news.cause, chosen.channel, news.template, news.topic,
       coalesce(chosen.urgency, news.audiences -> chosen.audience ->> chosen.channel, 'normal'), chosen.recipient,
       chosen.recipient_id, chosen.locale, news.data
     from news cross join chosen
     on conflict on constraint notifications_cause_key do nothing
     returning id, order_id
   )
   insert into outbox (queue, job_id, payload, order_id) ${MESSAGE_JOBS} returning job_id`,
);

/**
 * Writes the messages of a piece of news and their jobs in one round trip, in the caller's transaction if there is one. Returns
 * false, and writes nothing, when the cause was told before or nobody is to hear it.
 */
export async function tell(tx: Executor, news: CustomerNews | ShopNews): Promise<boolean> {
  const told = 'email' in news ? await tellCustomer(tx, news) : await tellShop(tx, news);
  if (told) tx.signal('stockroom_outbox', '');
  return told;
}

async function tellCustomer(tx: Executor, { event, orderId, cause, email, data = {} }: CustomerNews): Promise<boolean> {
  const item = { id: uuidv7(), order_id: orderId, cause, address: email, data, ...customerRoute(event) };
  return (await tx.each(tellOne, item)).length > 0;
}

async function tellShop(tx: Executor, { event, orderId, cause, fallback, data = {} }: ShopNews): Promise<boolean> {
  const { template, topic, channels } = routedEvent(event);
  const about = [uuidv7(), orderId, event, cause, template, topic].concat(
    [channels, fallback, data].map((value) => JSON.stringify(value)),
  );
  return (await tx.rows(tellAll, about)).length > 0;
}

const known = statement('audience_known', 'select 1 from recipients where audience = $1 limit 1');

/** Whether there is anybody to tell, so that what looks for news need not look for nobody. */
export async function hasAudience(
  db: Executor,
  audience: ShopAudience,
  fallback: string | undefined,
): Promise<boolean> {
  return fallback !== undefined || (await db.rows(known, [audience])).length > 0;
}

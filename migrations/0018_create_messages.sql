-- Who is told what, on which channel, and what must not be sent. Transactional topics take no notice of preferences.

-- People of the shop, by audience, and customers who said more about themselves than an order does.
create table recipients (
  id uuid primary key,
  audience text not null,
  -- What was said with an order's token holds for that order alone: whoever places an order may name anybody's e-mail address.
  order_id uuid references orders (id),
  name text,
  email text,
  -- E.164: +4915112345678
  phone text,
  -- An incoming webhook of a chat.
  chat_url text,
  -- BCP 47; null: the order's, else the shop's.
  locale text,
  time_zone text not null default 'UTC',
  -- Local times between which nothing is sent that can wait; `from` after `to` spans midnight.
  quiet_from time,
  quiet_to time,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint recipients_audience_known check (audience in ('customer', 'operations', 'finance', 'merchandisers')),
  constraint recipients_reachable check (audience = 'customer' or num_nonnulls(email, phone, chat_url) > 0),
  constraint recipients_quiet_whole check (num_nulls(quiet_from, quiet_to) in (0, 2)),
  constraint recipients_order_alone check (order_id is null or (audience = 'customer' and num_nonnulls(email, phone, chat_url) = 0))
);
create unique index recipients_email_key on recipients (audience, lower(email)) where email is not null;
create unique index recipients_order_key on recipients (order_id) where order_id is not null;

-- Browsers that a recipient lets push to: a push service's endpoint with the keys to encrypt for it.
create table push_subscriptions (
  id uuid primary key,
  recipient_id uuid not null references recipients (id) on delete cascade,
  endpoint text not null,
  p256dh text not null,
  auth text not null,
  created_at timestamptz not null default now(),
  -- A browser may follow several orders.
  constraint push_subscriptions_endpoint_key unique (recipient_id, endpoint)
);
create index push_subscriptions_endpoint_idx on push_subscriptions (endpoint);

-- What a recipient wants of a topic on a channel; without a row the route decides.
create table message_preferences (
  recipient_id uuid not null references recipients (id) on delete cascade,
  topic text not null,
  channel text not null,
  delivery text not null,
  -- For daily: the hour in the recipient's time zone.
  hour smallint not null default 8,
  updated_at timestamptz not null default now(),
  primary key (recipient_id, topic, channel),
  constraint message_preferences_channel_known check (channel in ('email', 'sms', 'web_push', 'chat')),
  constraint message_preferences_delivery_known check (delivery in ('off', 'immediate', 'hourly', 'daily')),
  constraint message_preferences_hour_of_day check (hour between 0 and 23)
);

-- Addresses that are not written to, looked at before each sending. An empty topic means all that the reason covers: a
-- bounce, a vanished address and a person's decision cover everything, a complaint and an unsubscribing what is optional.
-- Each reason stands for itself: to lift one leaves the others.
create table suppressions (
  id uuid primary key,
  channel text not null,
  -- E-mail addresses in lower case.
  address text not null,
  topic text not null default '',
  reason text not null,
  detail text,
  notification_id uuid,
  created_at timestamptz not null default now(),
  constraint suppressions_key unique (channel, address, topic, reason),
  constraint suppressions_channel_known check (channel in ('email', 'sms', 'web_push', 'chat')),
  constraint suppressions_reason_known check (reason in ('bounce', 'gone', 'complaint', 'unsubscribe', 'manual'))
);

-- The shop's own routing, where it differs from the one in the code: which news goes to whom, on which channel.
create table message_routes (
  event text not null,
  audience text not null,
  channel text not null,
  enabled boolean not null,
  urgency text not null default 'normal',
  updated_at timestamptz not null default now(),
  primary key (event, audience, channel),
  constraint message_routes_audience_known check (audience in ('customer', 'operations', 'finance', 'merchandisers')),
  constraint message_routes_channel_known check (channel in ('email', 'sms', 'web_push', 'chat')),
  constraint message_routes_urgency_known check (urgency in ('now', 'normal', 'low'))
);

-- What was sent, for support; trimmed after a time. The HTML says the same as the text and is not kept.
create table notification_contents (
  notification_id uuid primary key,
  subject text not null,
  text text not null,
  rendered_at timestamptz not null default now()
);
create index notification_contents_age_idx on notification_contents using brin (rendered_at) with (autosummarize = on);

-- How many optional messages a recipient was sent on a channel within the hour.
create table message_turns (
  channel text not null,
  recipient text not null,
  hour timestamptz not null,
  sent integer not null,
  primary key (channel, recipient)
) with (fillfactor = 50);

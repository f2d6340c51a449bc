-- Parcels, messages, what the outside world told us, and what a person must look at.

create table shipments (
  id uuid primary key,
  order_id uuid not null references orders (id),
  location_id uuid not null references locations (id),
  status text not null default 'pending',
  carrier text,
  service text,
  carrier_shipment_id text,
  tracking_number text,
  tracking_url text,
  label_url text,
  cost_amount bigint,
  shipped_at timestamptz,
  delivered_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint shipments_location_key unique (order_id, location_id),
  constraint shipments_status_known check (status in ('pending', 'label_purchased', 'in_transit', 'delivered', 'exception'))
);
-- Without the parcels that have no label yet: those are found by their order.
create unique index shipments_carrier_key on shipments (carrier_shipment_id) where carrier_shipment_id is not null;
create index shipments_moving_idx on shipments (updated_at) where status in ('label_purchased', 'in_transit');

-- Without foreign keys, here and in tracking_events: the one statement that writes each takes its keys from rows that have them.
create table shipment_lines (
  shipment_id uuid not null,
  variant_id uuid not null,
  quantity integer not null,
  primary key (shipment_id, variant_id),
  constraint shipment_lines_quantity_positive check (quantity > 0)
);

create table tracking_events (
  shipment_id uuid not null,
  event_id text not null,
  status text not null,
  description text not null default '',
  occurred_at timestamptz not null,
  created_at timestamptz not null default now(),
  primary key (shipment_id, event_id)
);

-- One message per cause, recipient and channel. `uncertain`: the sender died between send and record; the provider's event
-- settles it. `held`: waits for its recipient's digest, and is `digested` by it. `suppressed`: must not be sent.
create table notifications (
  id uuid primary key,
  order_id uuid references orders (id),
  cause text not null,
  channel text not null default 'email',
  template text not null,
  -- What the message is about, in the words of preferences: order, payment, shipment, refund, dispute, stock, finance …
  topic text not null default 'order',
  urgency text not null default 'normal',
  recipient text not null,
  -- Who the address belongs to, when it is somebody that we know more of.
  recipient_id uuid,
  -- Null: the order's, else the shop's.
  locale text,
  data jsonb not null default '{}',
  status text not null default 'queued',
  -- What took it last, and what it calls it.
  provider text,
  provider_message_id text,
  template_version integer,
  subject text,
  error jsonb,
  -- Each try: number, provider, when it began and ended, how, and the provider's words; then what the provider told later.
  attempts jsonb not null default '[]',
  events jsonb not null default '[]',
  -- When a held message is to be told, with all that its recipient has of the topic by then; and the message that told of it.
  due_at timestamptz,
  digest_id uuid,
  -- When one of which nobody knew whether it had left was sent again: once at most.
  resent_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- What an index may name: it changes once in a message's life, so every other change of status leaves all indexes alone.
  open boolean not null generated always as (status in ('queued', 'sending', 'uncertain')) stored,
  held boolean not null generated always as (status = 'held') stored,
  undelivered boolean not null generated always as (status in ('failed', 'bounced', 'dropped', 'suppressed')) stored,
  -- A cause belongs to one order, whose messages are found by the same index.
  constraint notifications_cause_key unique nulls not distinct (order_id, cause, channel, recipient),
  constraint notifications_channel_known check (channel in ('email', 'sms', 'web_push', 'chat')),
  constraint notifications_urgency_known check (urgency in ('now', 'normal', 'low')),
  constraint notifications_status_known check (
    status in ('queued', 'sending', 'accepted', 'delivered', 'bounced', 'dropped', 'failed', 'uncertain', 'suppressed', 'held', 'digested')
  )
) with (fillfactor = 60);
create index notifications_open_idx on notifications (created_at) where open;
create index notifications_held_idx on notifications (channel, recipient, topic, due_at) where held;
create index notifications_due_idx on notifications (due_at) where held;
-- What did not arrive, and what somebody was sent: for the people who look.
create index notifications_undelivered_idx on notifications (id) where undelivered;
create index notifications_recipient_idx on notifications (lower(recipient), id);

-- The inbox: each provider event once, kept before it is answered with 2xx.
create table inbox_events (
  provider text not null,
  event_id text not null,
  type text not null,
  object_id text,
  payload jsonb,
  status text not null default 'received',
  outcome text,
  received_at timestamptz not null default now(),
  applied_at timestamptz,
  primary key (provider, event_id),
  constraint inbox_events_status_known check (status in ('received', 'applied', 'ignored', 'failed'))
) with (fillfactor = 80);
-- For an order's history, which tells of its messages by their own rows.
create index inbox_events_object_idx on inbox_events (object_id) where object_id is not null and provider <> 'sendgrid';
create index inbox_events_open_idx on inbox_events (received_at) where status = 'received';

-- The exceptions list: what cannot be settled by the machine, with the facts a person needs.
create table exceptions (
  id uuid primary key,
  -- no foreign key: what names a wrong order must be listed all the same
  order_id uuid,
  code text not null,
  subject text not null,
  detail jsonb not null default '{}',
  opened_at timestamptz not null default now(),
  resolved_at timestamptz,
  resolution text,
  constraint exceptions_subject_key unique (code, subject)
);
create index exceptions_open_idx on exceptions (opened_at) where resolved_at is null;
create index exceptions_order_idx on exceptions (order_id) where order_id is not null;

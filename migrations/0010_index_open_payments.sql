-- What the sweeper asks about payments: few rows stand here at any time, however many orders there are.

-- Orders whose payment is in somebody else's hands (the bank, the customer, the clock of an authorization).
create index orders_payment_asked_idx on orders (id)
where status in ('awaiting_payment', 'authorized') and payment_status in ('requires_action', 'processing', 'authorized');

-- Orders that have ended while their intent could still take money.
-- By id, which never changes: updated_at in any index would make each of an order's dozen updates write all indexes anew.
create index orders_intent_open_idx on orders (id)
where status in ('canceled', 'expired', 'rejected')
  and payment_status in ('requires_payment_method', 'requires_confirmation', 'requires_action', 'processing', 'authorized');

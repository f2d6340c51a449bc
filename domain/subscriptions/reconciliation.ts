/** Judges a subscription or an invoice that stands otherwise at Stripe than here. */
import { type Finding, finding } from '../reconciliation.ts';

export interface DifferingSubscription {
  provider_id: string;
  number: string;
  ours: string;
  stripes: string;
  created_at: Date;
}

export const judgeSubscription = (row: DifferingSubscription): Finding =>
  finding({
    code: 'subscription_behind',
    subject: row.provider_id,
    ours: { status: row.ours },
    stripe: { status: row.stripes },
    explanation: `Subscription ${row.number} (${row.provider_id}) is ${row.stripes} at Stripe and ${row.ours} here.`,
    occurredAt: row.created_at,
    action: { kind: 'read_billing' },
  });

export interface DifferingInvoice {
  provider_id: string;
  number: string;
  status: string;
  /** Null for one that is not known here. */
  ours: string | null;
  order_id: string | null;
  created_at: Date;
}

export const judgeInvoice = (row: DifferingInvoice): Finding =>
  finding({
    code: 'invoice_behind',
    subject: row.provider_id,
    orderId: row.order_id,
    ours: { status: row.ours },
    stripe: { status: row.status },
    explanation: `Invoice ${row.provider_id} of subscription ${row.number} is ${row.status} at Stripe and ${row.ours ?? 'not known'} here.`,
    occurredAt: row.created_at,
    action: { kind: 'read_billing' },
  });

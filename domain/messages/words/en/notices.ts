/** What operations is told of what has happened, in English. */
import type { NoticeKind } from '../../notices.ts';

const kinds: Readonly<Record<NoticeKind, { title: string; text: string }>> = {
  authorization_expiring: {
    title: 'An authorization runs out soon',
    text: 'The money is held and not taken. Capture it in time, or cancel the order: when the time is up the bank releases it and the order ends.',
  },
  authorization_expired: {
    title: 'An authorization ran out',
    text: 'Nobody captured it in time. The bank has released the money, the order was canceled and its stock is free again.',
  },
  capture_failed: {
    title: 'A capture failed',
    text: 'The authorized money was not taken as it was asked for. While the order is authorized, it can be captured again.',
  },
  payment_mismatch: {
    title: 'A payment differs from its order',
    text: 'Another amount or currency was taken than the order costs. Nothing is sent until somebody has decided.',
  },
  payment_orphan: {
    title: 'A second payment names this order',
    text: "Money was taken through a PaymentIntent that is not the order's own. Look at Stripe where it came from.",
  },
  refund_failed: {
    title: 'A refund failed',
    text: 'The money did not go back to the customer. The amount can be refunded again, by a retry of this refund or in another way.',
  },
  dispute_opened: {
    title: 'A payment is disputed',
    text: 'Nothing more of this order is sent until the dispute is won or somebody releases the order.',
  },
  dispute_evidence_due: {
    title: 'Evidence is due soon',
    text: 'A dispute without evidence is lost when its time is up. The evidence pack can be read and submitted by the API.',
  },
  dispute_closed: { title: 'A dispute is over', text: 'The bank has decided, or the inquiry was closed.' },
  early_fraud_warning: {
    title: 'An early fraud warning',
    text: 'The bank of the card suspects fraud. A refund now often prevents a dispute; the order is on hold.',
  },
  webhook_endpoint_paused: {
    title: 'A webhook endpoint was paused',
    text: 'It has failed for days. What happens is kept for it, and told when somebody resumes it.',
  },
  webhook_endpoint_gone: {
    title: 'A webhook endpoint was disabled',
    text: 'It answered 410 Gone: it wants no more webhooks, and is told nothing until somebody resumes it.',
  },
  site_failing: {
    title: "A competitor's site cannot be seen",
    text: 'Nearly every look at it has failed for a day. Nothing is concluded from that: its last prices stay, with their age, and fire no alert. This ends by itself when the site can be seen again.',
  },
  extraction_changed: {
    title: "How a competitor's pages are understood has changed",
    text: "The site's make-up is another, so what its pages say is held: it counts for nothing and fires no alert until somebody has looked and confirmed or rejected it. A repair is looked for on the saved pages.",
  },
  firecrawl_credits_low: {
    title: "Firecrawl's credits run out",
    text: 'Pages that Firecrawl fetches cost credits, and the month has few or none left. What cannot be paid for is not looked at: the last prices stay, with their age. Raise the budget (STOCKROOM_FIRECRAWL_CREDITS_PER_MONTH), buy credits, or look at these sites less often.',
  },
  return_requested: {
    title: 'A return was asked for',
    text: 'A customer wants to send goods back. Approve or refuse it.',
  },
  return_arrived: {
    title: 'A return has arrived',
    text: 'Its parcels are here. Count what lies in them; the refund follows from that.',
  },
  return_not_settled: {
    title: 'A return could not be settled',
    text: 'The goods are counted, but what is due for them cannot be given back as it was computed. Look at the order, then settle or close the return.',
  },
  claim_requested: {
    title: 'A claim waits for you',
    text: 'Goods did not reach a customer as they should. Send them once more, refund them, or refuse the claim.',
  },
  claim_not_settled: {
    title: 'A claim could not be refunded',
    text: 'The goods that were to be sent once more cannot be, and their money is not there to be given back. Look at the order, then decide.',
  },
};

export const notices = {
  kinds,
  unknown: { title: 'Something needs you', text: 'The facts are below.' },
  subject: ({ title, number }: { title: string; number: string }) => (number ? `${title}: order ${number}` : title),
  eyebrow: 'Operations',
  about: ({ number }: { number: string }) => `Order ${number}. `,
  amount: 'Amount',
  /** Names of facts; one that is not here is shown by its own name. */
  facts: {
    return: 'Return',
    reason: 'Reason',
    status: 'Status',
    dispute: 'Dispute',
    evidence_due_by: 'Evidence due by',
    capture_before: 'Capture before',
    refund: 'Refund',
    payment_intent: 'PaymentIntent',
    charge: 'Charge',
    endpoint: 'Endpoint',
    url: 'URL',
    error: 'Error',
    code: 'Code',
    message: 'Message',
    fraud_type: 'Kind of fraud',
    warning: 'Warning',
    capture_id: 'Capture',
    refund_id: 'Refund',
    expected: 'Expected',
    actual: 'Taken',
    competitor: 'Competitor',
    looks: 'Looks',
    failed: 'Failed',
    cause: 'Why',
    pages: 'Pages read before',
    changed: 'Understood otherwise or not at all',
    change: 'Change',
    field: 'Field',
    site_held: 'The whole site is held',
    credits_used: 'Credits used or reserved',
    credit_budget: "The month's budget",
    credit_state: 'State',
  },
  /** Words for codes that the payment provider and the states use. */
  codes: {
    needs_response: 'needs an answer',
    under_review: 'under review',
    warning_needs_response: 'inquiry, needs an answer',
    warning_under_review: 'inquiry, under review',
    warning_closed: 'inquiry closed',
    won: 'won',
    lost: 'lost',
    fraudulent: 'fraudulent',
    product_not_received: 'goods not received',
    product_unacceptable: 'goods not as described',
    duplicate: 'charged twice',
    credit_not_processed: 'refund not received',
    subscription_canceled: 'subscription was canceled',
    unrecognized: 'not recognized',
    general: 'general',
    made_with_lost_card: 'made with a lost card',
    made_with_stolen_card: 'made with a stolen card',
    unauthorized_use_of_card: 'unauthorized use of the card',
    card_never_received: 'card never received',
    made_with_counterfeit_card: 'made with a counterfeit card',
    fraudulent_card_application: 'card was applied for fraudulently',
    new_shape: 'pages are made in another way',
    failures_rising: 'pages are no longer understood',
    field_vanished: 'a field has vanished',
    credits_low: 'nearly used up',
    credits_stopped: 'the budget is used up, nothing more is asked for',
    credits_refused: 'Firecrawl refuses until it is paid',
  },
  short: ({ shop, title, number }: { shop: string; title: string; number: string }) =>
    `${shop}: ${title}${number ? `, order ${number}` : ''}.`,
};

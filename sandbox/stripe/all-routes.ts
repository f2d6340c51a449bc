import { balanceRoutes } from './balance.ts';
import { balanceTransactionRoutes } from './balance-transactions.ts';
import { billingRoutes } from './billing/billing-routes.ts';
import { advanceClock, doBilling } from './billing/billing-tasks.ts';
import { expireAuthorization } from './capture-payment-intent.ts';
import { cardSourceRoutes } from './card-sources.ts';
import { chargeRoutes, finishProcessing, settleCharge } from './charges.ts';
import { passDeadline } from './connect/account-state.ts';
import { connectRoutes } from './connect/all-connect.ts';
import { customerRoutes } from './customers.ts';
import { discountRoutes } from './discounts.ts';
import { decideDispute, endDispute, openTestDispute } from './dispute-life.ts';
import { disputeRoutes } from './disputes.ts';
import { eventRoutes } from './events.ts';
import { fileRoutes } from './files.ts';
import { fraudWarningRoutes, warnOfFraud } from './fraud-warnings.ts';
import { arrivePayout, listPayout, payOutDaily } from './pay-out.ts';
import { paymentIntentRoutes } from './payment-intents.ts';
import { paymentMethodRoutes } from './payment-methods.ts';
import { payoutRoutes } from './payouts.ts';
import { finishRefund, refundRoutes } from './refunds.ts';
import { reportRoutes, runReport } from './reports.ts';
import type { Route } from './routes.ts';
import { setupIntentRoutes } from './setup-intents.ts';
import type { TaskHandlers } from './tasks.ts';
import { createEndpointRoutes } from './webhook-endpoints.ts';
import type { Webhooks } from './webhooks.ts';

/** Everything that can be called. */
export const createRoutes = (webhooks: Webhooks): Route[] => [
  ...paymentIntentRoutes,
  ...paymentMethodRoutes,
  ...chargeRoutes,
  ...refundRoutes,
  ...customerRoutes,
  ...cardSourceRoutes,
  ...discountRoutes,
  ...fileRoutes,
  ...reportRoutes,
  ...balanceRoutes,
  ...balanceTransactionRoutes,
  ...payoutRoutes,
  ...disputeRoutes,
  ...fraudWarningRoutes,
  ...eventRoutes,
  ...setupIntentRoutes,
  ...billingRoutes,
  ...connectRoutes,
  ...createEndpointRoutes(webhooks),
];

/** Everything that happens by itself. */
export const TASK_HANDLERS: TaskHandlers = {
  settle_charge: settleCharge,
  finish_processing: finishProcessing,
  finish_refund: finishRefund,
  expire_authorization: expireAuthorization,
  pay_out: payOutDaily,
  list_payout: listPayout,
  arrive_payout: arrivePayout,
  open_dispute: openTestDispute,
  decide_dispute: decideDispute,
  end_dispute: endDispute,
  warn_of_fraud: warnOfFraud,
  account_deadline: passDeadline,
  run_report: runReport,
  bill: doBilling,
  advance_clock: advanceClock,
};

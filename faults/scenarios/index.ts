/** Every scenario there is, in the order of the report. */
import type { Scenario } from '../scenario.ts';
import { competitorPages } from './competitor-pages.ts';
import { killLedgerPoster, killWebhook } from './kill-at-point.ts';
import { killMoney } from './kill-money.ts';
import { killProcesses, killSameJob, stopBeyondLock } from './kill-processes.ts';
import { killLeaseHolder, killRelayHandingOver } from './kill-relay.ts';
import { killSending } from './kill-sending.ts';
import { messageScenarios } from './messages.ts';
import { killImageWorkers, storageOutage } from './pictures.ts';
import { allFaultsAtOnce, noWebhooks, providerFaults } from './providers.ts';
import { cutConnections, flushRedis, redisDown, restartPostgres, restartRedis } from './queue-store.ts';
import { reconcileWhileMoving } from './reconcile-while-moving.ts';
import { subscriptions } from './subscriptions.ts';
import { vendors } from './vendors.ts';
import { webhookBacklog } from './webhook-backlog.ts';
import { killPublisher, killWebhookDelivery, twoPublishers } from './webhook-kills.ts';
import { webhookNeighbours } from './webhook-neighbours.ts';

export const scenarios: readonly Scenario[] = [
  killProcesses,
  killSameJob,
  stopBeyondLock,
  killLeaseHolder,
  killRelayHandingOver,
  killWebhook,
  killLedgerPoster,
  ...killMoney,
  killSending,
  ...messageScenarios,
  flushRedis,
  redisDown,
  restartRedis,
  cutConnections,
  restartPostgres,
  ...providerFaults,
  allFaultsAtOnce,
  noWebhooks,
  reconcileWhileMoving,
  killImageWorkers,
  storageOutage,
  killWebhookDelivery,
  killPublisher,
  twoPublishers,
  webhookNeighbours,
  webhookBacklog,
  competitorPages,
  vendors,
  subscriptions,
];

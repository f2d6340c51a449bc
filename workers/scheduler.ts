/** The timers of the role `scheduler`: they look at rows and write jobs. Any number may run, in any number of processes. */
import { startLedgerBooker } from './book-ledger.ts';
import { startDigestTimer } from './close-digests.ts';
import { startVendorShares, type VendorMoneyOptions } from './count-vendor-shares.ts';
import { type PlanTimerOptions, startPlanTimer } from './plan-scrapes.ts';
import { startEventPublisher } from './publish-events.ts';
import { type ScheduleOptions, startReconciliationSchedule } from './reconciliation-schedule.ts';
import { type SweepOptions, startSweeper } from './sweep.ts';

export interface SchedulerOptions extends SweepOptions {
  /** What is written durably: the ledger and the webhooks' deliveries. */
  main: SweepOptions['db'];
  reconciliation: Pick<ScheduleOptions, 'intervals' | 'financeEmail'>;
  prices: Pick<PlanTimerOptions, 'batches' | 'everyMs' | 'pageLogDays'>;
  vendors: Pick<VendorMoneyOptions, 'delaySeconds'>;
}

export function startScheduler({ main, reconciliation, prices, vendors, ...sweep }: SchedulerOptions): {
  close(): Promise<void>;
} {
  const { db, log, retentionDays, staleSeconds } = sweep;
  const timers = [
    startSweeper(sweep),
    startReconciliationSchedule({ db, log, ...reconciliation }),
    startLedgerBooker({ db: main, log }),
    startEventPublisher({ db: main, log, retentionDays }),
    startDigestTimer({ db: main, log }),
    startVendorShares({ ...vendors, db: main, log }),
    startPlanTimer({ ...prices, db: main, log, retentionDays, staleSeconds }),
  ];
  return {
    async close() {
      await Promise.all(timers.map((timer) => timer.close()));
    },
  };
}

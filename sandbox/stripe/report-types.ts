import { DAY } from './book-transaction.ts';
import type { Sandbox } from './context.ts';
import { exponentOf } from './currencies.ts';
import type { BalanceTransaction, Payout } from './types.ts';

/** What a report is made of: movements and payouts of a time, in the order in which they were booked. */
export interface ReportFacts {
  start: number;
  end: number;
  movements: BalanceTransaction[];
  payouts: Payout[];
  payoutOf(id: string): string | undefined;
  /** The balance at a time, per currency. */
  balanceAt(time: number): Map<string, number>;
}

type Row = Record<string, string>;
export interface ReportType {
  name: string;
  columns: string[];
  rows(facts: ReportFacts): Row[];
}

const decimal = (amount: number, currency: string) =>
  (amount / 10 ** exponentOf(currency)).toFixed(exponentOf(currency));
const utc = (seconds: number) => new Date(seconds * 1000).toISOString().replace('T', ' ').slice(0, 19);

const itemOf = (movement: BalanceTransaction): Row => ({
  balance_transaction_id: movement.id,
  created_utc: utc(movement.created),
  available_on_utc: utc(movement.available_on),
  currency: movement.currency,
  gross: decimal(movement.amount, movement.currency),
  fee: decimal(movement.fee, movement.currency),
  net: decimal(movement.net, movement.currency),
  reporting_category: String(movement.reporting_category),
  source_id: movement.source ?? '',
  description: String(movement.description ?? ''),
});
const ITEM = Object.keys(itemOf({ id: '', created: 0, available_on: 0, currency: 'usd' } as BalanceTransaction));

const ofPayout = ({ type }: BalanceTransaction) => ['payout', 'payout_failure', 'payout_cancel'].includes(type);
const within = (time: number, { start, end }: ReportFacts) => time >= start && time < end;

/** Start, what happened, payouts and end of each currency's balance: they add up. */
function summarize(facts: ReportFacts): Row[] {
  const inTime = facts.movements.filter(({ created }) => within(created, facts));
  const [before, after] = [facts.balanceAt(facts.start), facts.balanceAt(facts.end)];
  const currencies = [...new Set([...before.keys(), ...after.keys()])].sort();
  return currencies.flatMap((currency) => {
    const own = inTime.filter((movement) => movement.currency === currency);
    const sum = (value: (movement: BalanceTransaction) => number) =>
      own.reduce((total, movement) => total + value(movement), 0);
    const amounts: [string, string, number][] = [
      ['starting_balance', `Starting balance (${utc(facts.start)})`, before.get(currency) ?? 0],
      ['activity_gross', 'Account activity before fees', sum((m) => (ofPayout(m) ? 0 : m.amount))],
      ['activity_fee', 'Less fees', sum((m) => (ofPayout(m) ? 0 : -m.fee))],
      ['activity', 'Balance change from activity', sum((m) => (ofPayout(m) ? 0 : m.net))],
      ['payouts', 'Total payouts', sum((m) => (ofPayout(m) ? m.net : 0))],
      ['ending_balance', `Ending balance (${utc(facts.end)})`, after.get(currency) ?? 0],
    ];
    return amounts.map(([category, description, net]) => ({
      category,
      description,
      net_amount: decimal(net, currency),
      currency,
    }));
  });
}

function itemizePayouts(facts: ReportFacts): Row[] {
  const paid = new Map(facts.payouts.filter(({ created }) => within(created, facts)).map((each) => [each.id, each]));
  return facts.movements.flatMap((movement) => {
    const payout = paid.get(facts.payoutOf(movement.id) ?? '');
    if (!payout || (ofPayout(movement) && movement.source === payout.id)) return [];
    const effective = utc(payout.arrival_date as number);
    return [{ automatic_payout_id: payout.id, automatic_payout_effective_at_utc: effective, ...itemOf(movement) }];
  });
}

export const REPORT_TYPES: Record<string, ReportType> = {
  'balance.summary.1': {
    name: 'Balance summary',
    columns: ['category', 'description', 'net_amount', 'currency'],
    rows: summarize,
  },
  'balance_change_from_activity.itemized.3': {
    name: 'Itemized balance change from activity',
    columns: ITEM,
    rows: (facts) =>
      facts.movements.filter((each) => within(each.created, facts) && !ofPayout(each)).map((each) => itemOf(each)),
  },
  'payout_reconciliation.itemized.5': {
    name: 'Itemized payout reconciliation',
    columns: ['automatic_payout_id', 'automatic_payout_effective_at_utc', ...ITEM],
    rows: itemizePayouts,
  },
  'payouts.itemized.3': {
    name: 'Itemized payouts',
    columns: ['payout_id', 'effective_at_utc', 'currency', 'gross', 'fee', 'net', 'payout_status'],
    rows: (facts) =>
      facts.payouts
        .filter(({ created }) => within(created, facts))
        .map(({ id, arrival_date: arrival, currency, amount, status }) => ({
          payout_id: id,
          effective_at_utc: utc(arrival as number),
          currency,
          gross: decimal(-amount, currency),
          fee: decimal(0, currency),
          net: decimal(-amount, currency),
          payout_status: status,
        })),
  },
};

/** Reads what happened up to `end`, so that the balance at both ends can be told. */
export function gatherFacts(sandbox: Sandbox, start: number, end: number): ReportFacts {
  const read = <T>(kind: string) =>
    sandbox.objects
      .page({ kind, where: {}, created: { lt: end }, order: 'ASC', limit: Number.MAX_SAFE_INTEGER })
      .map((row): T => JSON.parse(row.body));
  const movements = read<BalanceTransaction>('balance_transaction');
  return {
    start,
    end,
    movements,
    payouts: read<Payout>('payout'),
    payoutOf: sandbox.objects.payoutOf,
    balanceAt: (time) => {
      const sums = new Map<string, number>();
      for (const { created, currency, net } of movements)
        sums.set(currency, (sums.get(currency) ?? 0) + (created < time ? net : 0));
      return sums;
    },
  };
}

/** Figures of a day are complete half a day after its end. */
export const availableUntil = (now: number): number => Math.floor((now - DAY / 2) / DAY) * DAY;

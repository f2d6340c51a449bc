/** The ledger in memory, for tests of what facts book: causes once, reversals exact and once. */
import { type LedgerAccount, type LedgerBooking, type LedgerEntry, opposite } from '../../domain/ledger.ts';
import { bookingsOf, type MoneyFact } from '../../domain/ledger-facts.ts';
import type { BookedTransaction, OrderBooks } from '../../domain/order-books.ts';

interface Made {
  id: number;
  cause: LedgerBooking['cause'];
  orderId: string | undefined;
  reverses: number | null;
  entries: LedgerEntry[];
}

export class Books {
  readonly made = new Map<string, Made>();
  readonly reversed = new Set<string>();

  post(bookings: readonly LedgerBooking[]): void {
    for (const { cause, orderId, entries, reverses } of bookings) {
      const key = `${cause.kind} ${cause.id}`;
      const id = this.made.size + 1;
      if (this.made.has(key)) continue;
      if (!reverses) {
        if (entries!.length > 0) this.made.set(key, { id, cause, orderId, reverses: null, entries: entries! });
        continue;
      }
      const back = `${reverses.kind} ${reverses.id}`;
      const taken = this.made.get(back);
      if (this.reversed.has(back) || !taken) continue;
      this.reversed.add(back);
      this.made.set(key, { id, cause, orderId, reverses: taken.id, entries: opposite(taken.entries) });
    }
  }

  /** Books facts as the poster does. */
  look(
    facts: readonly MoneyFact[],
    orders: readonly Omit<OrderBooks, 'booked'>[],
    credits = new Map<string, number>(),
  ) {
    const isBooked = (id: string) => this.made.has(`refund ${id}`);
    const known = facts.map((fact) =>
      fact.subject === 'refund' ? { ...fact, booked: isBooked(fact.refundId) } : fact,
    );
    const books = orders.map((order) => ({ ...order, booked: this.transactions(order.orderId, credits) }));
    this.post(bookingsOf(known, books));
  }

  /** As the poster reads them. */
  transactions(orderId: string, credits = new Map<string, number>()): BookedTransaction[] {
    return [...this.made.values()]
      .filter((each) => each.orderId === orderId)
      .flatMap(({ id, cause, reverses, entries }) =>
        [...new Set(entries.map(({ currency }) => currency))].map((currency) => {
          const of = (account: LedgerAccount) =>
            sum(entries.filter((each) => each.account === account && each.currency === currency));
          const amount = (cause.kind === 'credit' ? credits.get(cause.id) : undefined) ?? of('stripe_balance');
          const parts = {
            revenue: of('revenue'),
            shipping: of('shipping_revenue'),
            tax: of('tax_payable'),
            refunds: of('refunds'),
          };
          return { id, kind: cause.kind, cause: cause.id, reverses, currency, amount, ...parts };
        }),
      );
  }

  /** Sums by account and currency, of the causes that are named or of all, of one order or of all. */
  sum(account: LedgerAccount, currency: string, kinds?: string[], orderId?: string): number {
    const isNamed = (key: string) =>
      !kinds || kinds.some((kind) => key === kind || key.startsWith(kind.includes(' ') ? kind : `${kind} `));
    const entries = [...this.made].filter(([key, each]) => isNamed(key) && (!orderId || each.orderId === orderId));
    return sum(
      entries
        .flatMap(([, each]) => each.entries)
        .filter((each) => each.account === account && each.currency === currency),
    );
  }
}

const sum = (entries: readonly LedgerEntry[]) => entries.reduce((total, { amount }) => total + amount, 0);

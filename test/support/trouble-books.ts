/** What each trouble is made in: the books of both sides, and what reconciliation must find of it. */
import type { Database } from '../../db/database.ts';
import type { FindingCode, ReconciliationKind } from '../../domain/reconciliation.ts';
import type { PaidOrder } from './paid-orders.ts';
import type { StripeBooks, StripeRecord } from './stripe-books.ts';
import { addCharge, type PaidCharge } from './stripe-records.ts';

export interface Expected {
  kind: ReconciliationKind;
  code: FindingCode;
  subject: string;
}

export interface Books {
  db: Database;
  stripe: StripeBooks;
  at: Date;
  created: number;
  expected: Expected[];
  /** Movements that are to leave with a payout. */
  lines: StripeRecord[];
}

export type Trouble = (books: Books, order: PaidOrder) => Promise<void> | void;

export function expect(books: Books, kind: ReconciliationKind, code: FindingCode, subject: string): void {
  books.expected.push({ kind, code, subject });
}

/** The charge that an order's payment stands for, as it should be. */
export function clean(books: Books, order: PaidOrder): PaidCharge {
  return charged(books, order);
}

export function charged(books: Books, order: PaidOrder, other: object = {}): PaidCharge {
  const { name, amount, currency, fee, id: orderId } = order;
  const paid = addCharge(books.stripe, { name, amount, currency, fee, created: books.created, orderId, ...other });
  books.lines.push(paid.movement);
  return paid;
}

/** Books that nothing is kept in. */
export const aside = (books: Books): Books => ({
  ...books,
  lines: [],
  stripe: { ...books.stripe, add: (record) => record },
});

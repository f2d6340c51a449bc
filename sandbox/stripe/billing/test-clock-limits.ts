import type { Sandbox } from '../context.ts';
import { refuse } from '../errors.ts';
import type { Customer } from '../types.ts';

const count = (sandbox: Sandbox, kind: string, where: Record<string, string>, limit: number) =>
  sandbox.objects.page({ kind, where, order: 'ASC', limit }).length;

/** Stripe keeps test clocks small: so many customers each. */
export function checkCustomers(sandbox: Sandbox, clock: string): void {
  const { testClockCustomers: most } = sandbox.settings;
  if (most > 0 && count(sandbox, 'customer', { test_clock: clock }, most) >= most)
    throw refuse(`A test clock can have at most ${most} customers.`, { param: 'test_clock' });
}

/** And so many subscriptions each of these. */
export function checkSubscriptions(sandbox: Sandbox, customer: Customer): void {
  const { testClockSubscriptions: most } = sandbox.settings;
  if (!customer.test_clock || most === 0) return;
  if (count(sandbox, 'subscription', { customer: customer.id }, most) >= most)
    throw refuse(`A customer of a test clock can have at most ${most} subscriptions.`, { param: 'customer' });
}

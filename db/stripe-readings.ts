/**
 * Numbers for readings of what Stripe bills. Each is taken before Stripe is asked, and a row takes no reading of a lower number than it
 * has: whatever changed behind a reading has an event of its own, which reads again.
 */
import { type Executor, statement } from './database.ts';

const take = statement('take_stripe_reading', `select nextval('subscription_readings') as reading`);

export async function takeReading(db: Executor): Promise<number> {
  const [row] = await db.rows<{ reading: number }>(take);
  return row!.reading;
}

/** Early fraud warnings of the card networks, each once. */
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export interface FraudWarningFacts {
  id: string;
  chargeId: string;
  fraudType: string;
  isActionable: boolean;
  openedAt: Date;
}

const insert = statement(
  'insert_fraud_warning',
  `insert into early_fraud_warnings (id, order_id, provider_id, charge_id, fraud_type, is_actionable, opened_at)
   values ($1, $2, $3, $4, $5, $6, $7) on conflict (provider_id) do update set is_actionable = excluded.is_actionable
   returning id, xmax = 0 as is_new`,
);

/** Keeps a warning; undefined when it is known. */
export async function insertFraudWarning(
  tx: Executor,
  orderId: string,
  facts: FraudWarningFacts,
): Promise<string | undefined> {
  const values = [uuidv7(), orderId, facts.id, facts.chargeId, facts.fraudType, facts.isActionable, facts.openedAt];
  const [row] = await tx.rows<{ id: string; is_new: boolean }>(insert, values);
  return row?.is_new ? row.id : undefined;
}

const answer = statement('answer_fraud_warning', 'update early_fraud_warnings set refund_id = $2 where id = $1');

/** Notes the refund that was made because of a warning. */
export async function answerFraudWarning(tx: Executor, id: string, refundId: string): Promise<void> {
  await tx.rows(answer, [id, refundId]);
}

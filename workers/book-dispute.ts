/** Books a dispute's money in the ledger, each movement once, out of the rows: asked again, it books nothing. */
import type { Executor } from '../db/database.ts';
import type { DisputeMovement, DisputeRow } from '../db/disputes.ts';
import { findTransactionId, postBookings } from '../db/ledger.ts';
import {
  disputeEntries,
  disputeLostEntries,
  disputeWonEntries,
  type LedgerBooking,
  type LedgerCauseKind,
  type LedgerEntry,
} from '../domain/ledger.ts';

export async function bookDispute(tx: Executor, dispute: DisputeRow): Promise<void> {
  const withdrawn = dispute.movements.filter((movement) => movement.kind === 'withdrawal');
  const reinstated = dispute.movements.filter((movement) => movement.kind === 'reinstatement');
  const [first] = withdrawn;
  // An inquiry moves nothing.
  if (!first) return;
  const own = booker(dispute);
  const bookings = withdrawn.map((movement, at) =>
    own('dispute', at, movement, disputeEntries({ ...moneyOf(movement), amount: -movement.amount })),
  );
  bookings.push(
    ...reinstated.map((movement, at) =>
      own('dispute_won', at, movement, disputeWonEntries({ ...moneyOf(movement), fee: -movement.fee_amount })),
    ),
  );
  if (dispute.status === 'lost' && reinstated.length === 0)
    bookings.push(
      ...withdrawn
        .filter(({ amount }) => amount !== 0)
        .map((movement, at) => own('dispute_lost', at, movement, lostEntries(movement))),
    );
  else await takeBackLoss(tx, dispute, first);
  await postBookings(tx, bookings);
}

const moneyOf = ({ amount, fee_amount: fee, currency }: DisputeMovement) => ({ amount, fee, currency });
const lostEntries = ({ amount, currency }: DisputeMovement) => disputeLostEntries({ amount: -amount, currency });

function booker({ provider_id, order_id, closed_at }: DisputeRow) {
  return (kind: LedgerCauseKind, at: number, movement: DisputeMovement, entries: LedgerEntry[]): LedgerBooking => ({
    cause: { kind, id: at === 0 ? provider_id : `${provider_id}/${movement.provider_id}` },
    orderId: order_id,
    occurredAt: kind === 'dispute_lost' && closed_at ? closed_at : new Date(movement.occurred_at),
    entries,
  });
}

/** A loss that was booked and then appealed is one no more. */
async function takeBackLoss(
  tx: Executor,
  { provider_id, order_id }: DisputeRow,
  first: DisputeMovement,
): Promise<void> {
  const lost = { kind: 'dispute_lost', id: provider_id } as const;
  if (!(await findTransactionId(tx, lost))) return;
  const cause = { kind: 'correction', id: `dispute_lost/${provider_id}/${first.provider_id}` } as const;
  await postBookings(tx, [{ cause, orderId: order_id, occurredAt: new Date(), reverses: lost }]);
}

/**
 * Triggered by each step of a return (and by the sweeper). Does what needs no person: tells operations of a request or an arrival,
 * buys the labels that were asked for, settles what was counted once its counts stand. A second run finds nothing left to do; the
 * carrier sells one label per parcel id, and a return is settled where it is `received` only. Never gives up: a label that
 * the carrier refuses and money that is not there any more stand in the exceptions list.
 */
import type { Database, Executor } from '../db/database.ts';
import { openException } from '../db/exceptions.ts';
import { tellApproved } from '../db/return-news.ts';
import {
  findUnlabeledParcels,
  recordReturnLabel,
  refuseReturnLabel,
  type UnlabeledReturn,
} from '../db/return-parcels.ts';
import { findReturn, lockReturn, moveReturn, type ReturnView, tellReturn } from '../db/returns.ts';
import { settleReturn } from '../db/settle-return.ts';
import { type CarrierProvider, CarrierRefusedError } from '../providers/carrier.ts';
import { done, giveUp, later } from './outcome.ts';
import type { Processor } from './run-worker.ts';
import { tellOperations } from './tell-operations.ts';

export interface AdvanceReturnDeps {
  db: Database;
  carrier: CarrierProvider;
  operationsEmail: string | undefined;
  /** How long after a count it may still be corrected before the money goes back. */
  settleSeconds: number;
  /** The carrier's service for parcels that come back. */
  service?: string;
}

type Payload = { order_id: string; return_id: string; version: number };

export function createAdvanceReturn(deps: AdvanceReturnDeps): Processor<Payload> {
  return async ({ return_id: id }) => {
    const ret = await findReturn(deps.db, id);
    if (!ret) return giveUp('return_not_found', `There is no return ${id}.`);
    if (ret.status === 'requested') await notify(deps, ret, 'return_requested');
    if (ret.status === 'arrived') await notify(deps, ret, 'return_arrived');
    for (const parcel of await findUnlabeledParcels(deps.db, id)) await buyLabel(deps, parcel);
    if (ret.status !== 'received') return done();
    const wait = millisecondsToWait(deps, ret);
    return wait > 0 ? later(wait) : settle(deps, ret);
  };
}

const millisecondsToWait = ({ settleSeconds }: AdvanceReturnDeps, { received_at }: ReturnView) =>
  (received_at?.getTime() ?? 0) + settleSeconds * 1_000 - Date.now();

function notify(
  { db, operationsEmail }: AdvanceReturnDeps,
  ret: ReturnView,
  kind: 'return_requested' | 'return_arrived' | 'return_not_settled',
  facts: object = {},
): Promise<void> {
  const { order_id: orderId, id, number } = ret;
  return tellOperations(db, operationsEmail, {
    orderId,
    cause: `${kind}/${id}`,
    kind,
    facts: { return: number, ...facts },
  });
}

async function buyLabel(deps: AdvanceReturnDeps, parcel: UnlabeledReturn): Promise<void> {
  const { db, carrier, service = 'standard' } = deps;
  try {
    const label = await carrier.buyLabel({
      shipmentId: parcel.parcel_id,
      returnId: parcel.id,
      orderId: parcel.order_id,
      from: { name: parcel.customer_name ?? undefined, ...parcel.from },
      to: { ...parcel.location, ...parcel.address },
      parcel: { weight_grams: parcel.weight_grams },
      service,
    });
    await db.transaction(async (tx) => {
      await lockReturn(tx, parcel.id);
      if (!(await recordReturnLabel(tx, parcel.parcel_id, label))) return;
      const data = { parcel_id: parcel.parcel_id, carrier: label.carrier, tracking_number: label.tracking_number };
      await labelSent(tx, parcel.id, data);
    });
  } catch (error) {
    if (!(error instanceof CarrierRefusedError)) throw error;
    await refuseLabel(db, parcel, { code: error.code, message: error.message });
  }
}

/** A label that a person asks for beside the first one moves nothing, and is told by the return alone. */
async function labelSent(tx: Executor, id: string, data: object): Promise<void> {
  await moveReturn(tx, id, 'label_sent');
  const ret = (await findReturn(tx, id))!;
  await tellReturn(tx, ret, { type: 'label_sent', actor: 'carrier', data });
  await tellApproved(tx, ret);
}

/** The customer is told the address, and sends the goods by themselves; a person sees to the rest. */
function refuseLabel(db: Database, parcel: UnlabeledReturn, error: { code: string; message: string }): Promise<void> {
  return db.transaction(async (tx) => {
    await lockReturn(tx, parcel.id);
    if (!(await refuseReturnLabel(tx, parcel.parcel_id, error))) return;
    await moveReturn(tx, parcel.id, null, { way: 'own' });
    const ret = (await findReturn(tx, parcel.id))!;
    await tellReturn(tx, ret, { type: 'label_refused', actor: 'carrier', data: error });
    const detail = { number: ret.number, ...error };
    await openException(tx, { code: 'return_label_refused', subject: parcel.parcel_id, orderId: ret.order_id, detail });
    await tellApproved(tx, ret);
  });
}

async function settle(deps: AdvanceReturnDeps, ret: ReturnView) {
  const end = await deps.db.transaction((tx) => settleReturn(tx, ret.id, { actor: 'settlement' }));
  if (end.kind === 'refused') await notify(deps, ret, 'return_not_settled', { reason: end.problem.code });
  return done(end.kind === 'refused' ? `not settled: ${end.problem.code}` : `it is ${end.status}`);
}

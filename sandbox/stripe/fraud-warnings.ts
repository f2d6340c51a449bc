import type { Sandbox } from './context.ts';
import { noSuch } from './errors.ts';
import { newId } from './ids.ts';
import { listObjects } from './lists.ts';
import * as p from './params.ts';
import { route } from './routes.ts';
import type { Charge, EarlyFraudWarning } from './types.ts';

/** Early fraud warnings: what a card's issuer says before there may be a dispute. */

const KIND = 'radar.early_fraud_warning';
const URL = '/v1/radar/early_fraud_warnings';

/** One can act on it as long as the charge is neither refunded nor disputed. */
export function warnOfFraud(sandbox: Sandbox, chargeId: string, fraudType = 'misc'): EarlyFraudWarning | undefined {
  const charge = sandbox.objects.find<Charge>(chargeId, 'charge');
  if (!charge) return undefined;
  const warning: EarlyFraudWarning = {
    id: newId('issfr'),
    object: KIND,
    actionable: !charge.refunded && !charge.disputed,
    charge: charge.id,
    created: sandbox.now(),
    fraud_type: fraudType,
    livemode: false,
    payment_intent: charge.payment_intent,
  };
  sandbox.objects.insert(warning);
  sandbox.emit(`${KIND}.created`, warning);
  return warning;
}

/** The charge was refunded whole or disputed: nothing is left to be done about its warnings. */
export function endWarnings(sandbox: Sandbox, charge: string): void {
  for (const { body } of sandbox.objects.page({ kind: KIND, where: { charge }, order: 'ASC', limit: 100 })) {
    const warning: EarlyFraudWarning = JSON.parse(body);
    if (!warning.actionable) continue;
    warning.actionable = false;
    sandbox.objects.update(warning);
    sandbox.emit(`${KIND}.updated`, warning, { actionable: true });
  }
}

const listFields = { charge: p.text(), created: p.timestampRange, payment_intent: p.text(), ...p.listParams };

export const fraudWarningRoutes = [
  route('GET', URL, {}, listFields, ({ sandbox, params: { charge, payment_intent, ...page } }) =>
    listObjects(sandbox.objects, KIND, URL, page, { charge, payment_intent }),
  ),
  route('GET', `${URL}/:id`, {}, p.expand, ({ sandbox, ids }) => {
    const warning = sandbox.objects.find<EarlyFraudWarning>(ids[0]!, KIND);
    if (!warning) throw noSuch('early fraud warning', ids[0]!);
    return warning;
  }),
];

import { badParam } from '../errors.ts';
import { newId } from '../ids.ts';
import type { AccountParams } from './account-params.ts';
import type { Account } from './types.ts';

const EUROZONE = [
  'AT',
  'BE',
  'CY',
  'DE',
  'EE',
  'ES',
  'FI',
  'FR',
  'GR',
  'HR',
  'IE',
  'IT',
  'LT',
  'LU',
  'LV',
  'MT',
  'NL',
  'PT',
  'SI',
  'SK',
];
const CURRENCY: Record<string, string> = {
  ...Object.fromEntries(EUROZONE.map((country) => [country, 'eur'])),
  ...{ AU: 'aud', BG: 'bgn', BR: 'brl', CA: 'cad', CH: 'chf', CZ: 'czk', DK: 'dkk', GB: 'gbp', HK: 'hkd', HU: 'huf' },
  ...{ JP: 'jpy', MX: 'mxn', NO: 'nok', NZ: 'nzd', PL: 'pln', RO: 'ron', SE: 'sek', SG: 'sgd', US: 'usd' },
};

type Controller = Account['controller'];

/** The types of accounts that there were before controllers could be put together. */
const LEGACY: Record<'custom' | 'express' | 'standard', Controller> = {
  custom: controllerOf('application_custom', 'application', 'application', 'none'),
  express: controllerOf('application_express', 'application', 'stripe', 'express'),
  standard: controllerOf('account', 'stripe', 'stripe', 'full'),
};

function controllerOf(
  payer: string,
  payments: string,
  collection: Controller['requirement_collection'],
  dashboard: Controller['stripe_dashboard']['type'],
): Controller {
  return {
    fees: { payer },
    is_controller: true,
    losses: { payments },
    requirement_collection: collection,
    stripe_dashboard: { type: dashboard },
    type: 'application',
  };
}

function readController({ type, controller }: AccountParams): Controller {
  if (!controller) return LEGACY[type ?? 'standard'];
  if (type)
    throw badParam(
      'You may not provide the `type` parameter and `controller` parameters simultaneously. They are mutually exclusive.',
      'type',
    );
  return controllerOf(
    controller.fees?.payer ?? 'account',
    controller.losses?.payments ?? 'stripe',
    controller.requirement_collection ?? 'stripe',
    controller.stripe_dashboard?.type ?? 'full',
  );
}

/** A new account about which nothing is known but where it is. */
export function buildAccount(params: AccountParams, created: number): Account {
  const country = (params.country ?? 'US').toUpperCase();
  if (!/^[A-Z]{2}$/.test(country))
    throw badParam(`Country '${params.country}' is unknown.`, 'country', 'country_code_invalid');
  return {
    id: newId('acct'),
    object: 'account',
    business_profile: {
      annual_revenue: null,
      estimated_worker_count: null,
      mcc: null,
      minority_owned_business_designation: null,
      name: null,
      product_description: null,
      specified_commercial_transactions_act_url: null,
      support_address: null,
      support_email: null,
      support_phone: null,
      support_url: null,
      url: null,
    },
    business_type: null,
    capabilities: {},
    charges_enabled: false,
    controller: readController(params),
    country,
    created,
    default_currency: params.default_currency ?? CURRENCY[country] ?? 'usd',
    details_submitted: false,
    email: null,
    metadata: {},
    payouts_enabled: false,
    requirements: {
      alternatives: [],
      current_deadline: null,
      currently_due: [],
      disabled_reason: null,
      errors: [],
      eventually_due: [],
      past_due: [],
      pending_verification: [],
    },
    settings: buildSettings(),
    tos_acceptance: { date: null, ip: null, user_agent: null },
    type: params.controller ? 'none' : (params.type ?? 'standard'),
  };
}

const buildSettings = (): Account['settings'] => ({
  bacs_debit_payments: { display_name: null, service_user_number: null },
  branding: { icon: null, logo: null, primary_color: null, secondary_color: null },
  card_issuing: { tos_acceptance: { date: null, ip: null } },
  card_payments: {
    decline_on: { avs_failure: false, cvc_failure: false },
    statement_descriptor_prefix: null,
    statement_descriptor_prefix_kana: null,
    statement_descriptor_prefix_kanji: null,
  },
  dashboard: { display_name: null, timezone: 'Etc/UTC' },
  invoices: { default_account_tax_ids: null, hosted_payment_method_save: null },
  payments: {
    statement_descriptor: null,
    statement_descriptor_kana: null,
    statement_descriptor_kanji: null,
    statement_descriptor_prefix_kana: null,
    statement_descriptor_prefix_kanji: null,
  },
  payouts: {
    debit_negative_balances: true,
    schedule: { delay_days: 2, interval: 'daily' },
    statement_descriptor: null,
  },
  sepa_debit_payments: {},
});

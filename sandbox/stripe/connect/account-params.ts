/** The parameters that accounts and persons take; what has no effect here is taken as it comes. */
import * as p from '../params.ts';
import { CAPABILITIES } from './capability-names.ts';

type Rules = Record<string, p.Rule<unknown>>;

/** The same rule for each of these names. */
const each = <T, const K extends string>(rule: p.Rule<T>, ...names: K[]) =>
  Object.fromEntries(names.map((name) => [name, rule])) as Record<K, p.Rule<T>>;

const open = <const K extends string>(...names: K[]): Rules => each(p.anyHash as p.Rule<unknown>, ...names);
const text = p.text();
const date = p.emptyOr(p.hash({ day: p.integer(1), month: p.integer(1), year: p.integer(1) }, {}));
/** A url may be unset. */
const optionalUrl = p.emptyOr(p.url);

const businessProfile = p.hash(
  {},
  {
    ...open('annual_revenue', 'monthly_estimated_revenue'),
    ...each(text, 'mcc', 'name', 'product_description', 'support_email', 'support_phone'),
    ...each(optionalUrl, 'support_url', 'url', 'specified_commercial_transactions_act_url'),
    estimated_worker_count: p.integer(0),
    minority_owned_business_designation: p.list(text),
    support_address: p.address,
  },
);

const capabilities = p.hash({}, each(p.hash({}, { requested: p.boolean }), ...CAPABILITIES));

const company = p.hash(
  {},
  {
    address: p.address,
    ...open(
      'address_kana',
      'address_kanji',
      'administrative_address',
      'physical_address',
      'principal_place_of_business',
    ),
    ...open('directorship_declaration', 'ownership_declaration', 'representative_declaration', 'verification'),
    ...each(p.boolean, 'directors_provided', 'executives_provided', 'owners_provided'),
    ...each(text, 'export_license_id', 'export_purpose_code', 'name', 'name_kana', 'name_kanji', 'phone', 'structure'),
    ...each(text, 'ownership_exemption_reason', 'registration_number', 'tax_id', 'tax_id_registrar', 'vat_id'),
    registration_date: date,
  },
);

const controller = p.hash(
  {},
  {
    fees: p.hash({}, { payer: p.oneOf('account', 'application') }),
    losses: p.hash({}, { payments: p.oneOf('application', 'stripe') }),
    requirement_collection: p.oneOf('application', 'stripe'),
    stripe_dashboard: p.hash({}, { type: p.oneOf('express', 'full', 'none') }),
  },
);

const documents = p.hash(
  {},
  open(
    ...(['bank_account_ownership_verification', 'company_license', 'company_memorandum_of_association'] as const),
    ...(['company_ministerial_decree', 'company_registration_verification', 'company_tax_id_verification'] as const),
    ...(['proof_of_address', 'proof_of_business_presence', 'proof_of_registration'] as const),
    'proof_of_ultimate_beneficial_ownership',
  ),
);

const japanese = p.hash({}, each(text, 'city', 'country', 'line1', 'line2', 'postal_code', 'state', 'town'));

/** What is known of a person, alone or as the one who is the business. */
const personal = {
  address: p.address,
  address_kana: japanese,
  address_kanji: japanese,
  registered_address: p.address,
  verification: p.hash({}, open('additional_document', 'document')),
  dob: date,
  ...each(text, 'email', 'first_name', 'first_name_kana', 'first_name_kanji', 'gender', 'id_number', 'last_name'),
  ...each(text, 'id_number_secondary', 'last_name_kana', 'last_name_kanji', 'maiden_name', 'phone', 'ssn_last_4'),
  full_name_aliases: p.emptyOr(p.list(text)),
  metadata: p.metadata,
  political_exposure: p.oneOf('existing', 'none'),
};

const relationship = p.hash(
  {},
  {
    ...each(p.boolean, 'authorizer', 'director', 'executive', 'legal_guardian', 'owner', 'representative'),
    percent_ownership: p.emptyOr(p.integer(0)),
    title: text,
  },
);

export const personFields = {
  ...personal,
  additional_tos_acceptances: p.hash({}, open('account')),
  documents: p.hash({}, open('company_authorization', 'passport', 'visa')),
  nationality: text,
  person_token: text,
  relationship,
  us_cfpb_data: p.hash({}, open('ethnicity_details', 'race_details', 'self_identified_gender')),
  ...p.expand,
};

const schedule = p.hash(
  {},
  {
    delay_days: text,
    interval: p.oneOf('daily', 'manual', 'monthly', 'weekly'),
    monthly_anchor: p.integer(1),
    monthly_payout_days: p.list(p.integer(1)),
    weekly_anchor: text,
    weekly_payout_days: p.list(text),
  },
);
const payouts = p.hash({}, { debit_negative_balances: p.boolean, schedule, statement_descriptor: text });
const settings = p.hash(
  {},
  {
    ...open('bacs_debit_payments', 'branding', 'card_issuing', 'card_payments', 'invoices', 'payments'),
    ...open('paypay_payments', 'sepa_debit_payments', 'treasury'),
    payouts,
  },
);

/** A token (`btok_us_verified`) or the number itself. */
export const externalAccount: p.Rule<string | Record<string, string>> = (value, name) => {
  if (typeof value === 'string') return p.filled()(value, name);
  const required = { object: p.oneOf('bank_account'), account_number: p.filled(), country: p.filled(2) };
  const names = ['account_holder_name', 'account_holder_type', 'currency', 'routing_number'] as const;
  return p.hash(required, each(text, ...names))(value, name) as Record<string, string>;
};

const common = {
  account_token: text,
  business_profile: businessProfile,
  business_type: p.oneOf('company', 'government_entity', 'individual', 'non_profit'),
  capabilities,
  company,
  default_currency: text,
  documents,
  email: text,
  external_account: externalAccount,
  groups: p.hash({}, { payments_pricing: text }),
  individual: p.hash({}, { ...personal, relationship }),
  metadata: p.metadata,
  settings,
  tos_acceptance: p.hash({}, { date: p.integer(0), ip: text, service_agreement: text, user_agent: text }),
  ...p.expand,
};

export const createFields = {
  ...common,
  controller,
  country: p.filled(2),
  type: p.oneOf('custom', 'express', 'standard'),
};
export const updateFields = common;

export type AccountParams = p.Params<Record<never, never>, typeof createFields>;
export type PersonParams = Partial<p.Params<Record<never, never>, typeof personFields>>;

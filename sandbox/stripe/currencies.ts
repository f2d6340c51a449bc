import { badParam, refuse } from './errors.ts';

const CURRENCIES = new Set(
  'aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx usd uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw'.split(
    ' ',
  ),
);
const ZERO_DECIMAL = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '));
const THREE_DECIMAL = new Set(['bhd', 'jod', 'kwd', 'omr', 'tnd']);
/** ISK and UGX have no minor unit in use, yet Stripe takes them with two decimals that must be 00. */
const WHOLE_UNITS_ONLY = new Set(['isk', 'ugx']);

/** The smallest charge, in minor units; 1 where Stripe publishes none. */
const MINIMUM: Record<string, number> = {
  usd: 50,
  eur: 50,
  gbp: 30,
  aud: 50,
  cad: 50,
  chf: 50,
  jpy: 50,
  dkk: 250,
  nok: 300,
  sek: 300,
  mxn: 1000,
  hkd: 400,
  huf: 17500,
  pln: 200,
  czk: 1500,
  ron: 200,
  aed: 200,
  brl: 50,
  inr: 50,
  myr: 200,
  nzd: 50,
  sgd: 50,
  thb: 1000,
  bgn: 100,
};
export const minimumOf = (currency: string): number => MINIMUM[currency] ?? 1;

const MAXIMUM = 99_999_999;

/** Processing fee: share of the amount plus a fixed part in minor units. */
const FEES: Record<string, { share: number; fixed: number }> = {
  gbp: { share: 0.029, fixed: 20 },
  jpy: { share: 0.036, fixed: 0 },
  kwd: { share: 0.029, fixed: 90 },
};

/** What one major unit of each currency is worth in US dollars; those that are not named are worth one. */
export const DEFAULT_RATES: Record<string, number> = {
  usd: 1,
  eur: 1.08,
  gbp: 1.27,
  chf: 1.13,
  cad: 0.73,
  aud: 0.66,
  jpy: 0.0067,
  kwd: 3.25,
  isk: 0.0073,
  ugx: 0.00027,
};

/** Decimals of a currency's minor unit as Stripe counts them. */
export const exponentOf = (currency: string): number =>
  ZERO_DECIMAL.has(currency) ? 0 : THREE_DECIMAL.has(currency) ? 3 : 2;

/** Lower-cases a currency code and refuses what is not one. */
export function readCurrency(code: string): string {
  const currency = code.toLowerCase();
  if (!CURRENCIES.has(currency)) throw badParam(`Invalid currency: ${currency}.`, 'currency');
  return currency;
}

/** Refuses an amount that Stripe would not charge in this currency. */
export function checkAmount(amount: number, currency: string): void {
  if (amount < (MINIMUM[currency] ?? 1)) {
    throw badParam(
      `Amount must be at least ${formatAmount(MINIMUM[currency] ?? 1, currency)} ${currency}`,
      'amount',
      'amount_too_small',
    );
  }
  if (amount > MAXIMUM) {
    throw badParam(`Amount must be no more than ${formatAmount(MAXIMUM, currency)}`, 'amount', 'amount_too_large');
  }
  const step = THREE_DECIMAL.has(currency) ? 10 : WHOLE_UNITS_ONLY.has(currency) ? 100 : 1;
  if (amount % step !== 0)
    throw refuse(`Invalid amount: ${currency} amounts must be divisible by ${step}.`, { param: 'amount' });
}

/** The processing fee in minor units. */
export function feeOf(amount: number, currency: string): number {
  const { share, fixed } = FEES[currency] ?? { share: 0.029, fixed: 30 };
  return Math.min(amount, Math.round(amount * share) + fixed);
}

/** An amount for a message: `$20.00`, `-¥2000`, `20.000 KWD`. */
export function formatAmount(amount: number, currency: string): string {
  const decimals = exponentOf(currency);
  const sign = amount < 0 ? '-' : '';
  const number = (Math.abs(amount) / 10 ** decimals).toFixed(decimals);
  const symbol = { usd: '$', eur: '€', gbp: '£', jpy: '¥' }[currency];
  return sign + (symbol ? symbol + number : `${number} ${currency.toUpperCase()}`);
}

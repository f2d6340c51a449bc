/** Stripe's test payment methods and what each does (docs.stripe.com/testing). */

export interface Decline {
  code: string;
  decline_code?: string;
  message: string;
  /** The bank's own reason; absent when the charge was blocked before it reached the network. */
  network_decline_code?: string;
}

export interface TestCard {
  number: string;
  brand: string;
  country: string;
  funding: 'credit' | 'debit' | 'prepaid';
  decline?: Decline;
  /** Can be attached to a customer although its charges fail. */
  attachable?: true;
  /** When the customer must authenticate: always, until the card was set up, until then only on-session, on request. */
  threeDSecure?: 'always' | 'unless_set_up' | 'on_session' | 'on_request';
  /** How an issuer answers a charge after successful authentication; `decline` covers charges without it too. */
  declineAfterAuthentication?: Decline;
  refund?: 'pending' | 'fail';
  /** Its money is available at once. */
  bypassPending?: true;
  blocked?: true;
  /** What its owner's bank does to a charge afterwards: a dispute for this reason, an inquiry, two disputes, a fraud warning. */
  trouble?: 'fraudulent' | 'product_not_received' | 'inquiry' | 'multiple' | 'fraud_warning';
}

const declined = (decline_code: string, message = 'Your card was declined.'): Decline => ({
  code: 'card_declined',
  decline_code,
  message,
  network_decline_code: '05',
});
const insufficient = declined('insufficient_funds', 'Your card has insufficient funds.');
const processingError: Decline = {
  code: 'processing_error',
  decline_code: 'processing_error',
  message: 'An error occurred while processing your card. Try again in a little bit.',
};

const visa = (number: string, rest: Partial<TestCard> = {}): TestCard => ({
  number,
  brand: 'visa',
  country: 'US',
  funding: 'credit',
  ...rest,
});
const generic = visa('4000000000000002', { decline: declined('generic_decline') });
const noFunds = visa('4000000000009995', { decline: insufficient });

const CARDS: Record<string, TestCard> = {
  pm_card_visa: visa('4242424242424242'),
  pm_card_us: visa('4242424242424242'),
  pm_card_visa_debit: visa('4000056655665556', { funding: 'debit' }),
  pm_card_mastercard: visa('5555555555554444', { brand: 'mastercard' }),
  pm_card_mastercard_debit: visa('5200828282828210', { brand: 'mastercard', funding: 'debit' }),
  pm_card_mastercard_prepaid: visa('5105105105105100', { brand: 'mastercard', funding: 'prepaid' }),
  pm_card_amex: visa('378282246310005', { brand: 'amex' }),
  pm_card_discover: visa('6011111111111117', { brand: 'discover' }),
  pm_card_diners: visa('3056930009020004', { brand: 'diners' }),
  pm_card_jcb: visa('3566002020360505', { brand: 'jcb', country: 'JP' }),
  pm_card_unionpay: visa('6200000000000005', { brand: 'unionpay', country: 'CN' }),
  pm_card_gb: visa('4000008260000000', { country: 'GB' }),
  pm_card_de: visa('4000002760000016', { country: 'DE' }),
  pm_card_fr: visa('4000002500000003', { country: 'FR' }),
  pm_card_jp: visa('4000003920000003', { country: 'JP' }),
  pm_card_visa_chargeDeclined: generic,
  pm_card_chargeDeclined: generic,
  pm_card_visa_chargeDeclinedInsufficientFunds: noFunds,
  pm_card_chargeDeclinedInsufficientFunds: noFunds,
  pm_card_visa_chargeDeclinedLostCard: visa('4000000000009987', { decline: declined('lost_card') }),
  pm_card_visa_chargeDeclinedStolenCard: visa('4000000000009979', { decline: declined('stolen_card') }),
  pm_card_visa_chargeDeclinedVelocityLimitExceeded: visa('4000000000006975', {
    decline: declined('card_velocity_exceeded', 'Your card was declined for making repeated attempts too frequently.'),
  }),
  pm_card_chargeDeclinedExpiredCard: visa('4000000000000069', {
    decline: { code: 'expired_card', message: 'Your card has expired.', network_decline_code: '54' },
  }),
  pm_card_chargeDeclinedIncorrectCvc: visa('4000000000000127', {
    decline: { code: 'incorrect_cvc', message: "Your card's security code is incorrect.", network_decline_code: 'N7' },
  }),
  pm_card_chargeDeclinedProcessingError: visa('4000000000000119', { decline: processingError }),
  pm_card_chargeCustomerFail: visa('4000000000000341', { decline: declined('generic_decline'), attachable: true }),
  pm_card_radarBlock: visa('4100000000000019', {
    decline: { code: 'card_declined', decline_code: 'fraudulent', message: 'Your card was declined.' },
    blocked: true,
  }),
  pm_card_authenticationRequired: visa('4000002760003184', { threeDSecure: 'always', country: 'DE' }),
  pm_card_authenticationRequiredOnSetup: visa('4000002500003155', { threeDSecure: 'unless_set_up', country: 'FR' }),
  pm_card_authenticationRequiredSetupForOffSession: visa('4000003800000446', {
    threeDSecure: 'on_session',
    country: 'IT',
  }),
  pm_card_authenticationRequiredChargeDeclinedInsufficientFunds: visa('4000008260003178', {
    threeDSecure: 'always',
    declineAfterAuthentication: insufficient,
    country: 'GB',
  }),
  pm_card_threeDSecure2Required: visa('4000000000003220', { threeDSecure: 'always' }),
  pm_card_threeDSecureRequired: visa('4000000000003063', { threeDSecure: 'always' }),
  pm_card_threeDSecureRequiredChargeDeclined: visa('4000008400001629', {
    threeDSecure: 'always',
    declineAfterAuthentication: declined('generic_decline'),
  }),
  pm_card_threeDSecureRequiredProcessingError: visa('4000008400001280', {
    threeDSecure: 'always',
    declineAfterAuthentication: processingError,
  }),
  pm_card_threeDSecureOptional: visa('4000000000003055', { threeDSecure: 'on_request' }),
  pm_card_amex_threeDSecureNotSupported: visa('378282246310005', { brand: 'amex' }),
  pm_card_createDispute: visa('4000000000000259', { trouble: 'fraudulent' }),
  pm_card_createDisputeProductNotReceived: visa('4000000000002685', { trouble: 'product_not_received' }),
  pm_card_createDisputeInquiry: visa('4000000000001976', { trouble: 'inquiry' }),
  pm_card_createIssuerFraudRecord: visa('4000000000005423', { trouble: 'fraud_warning' }),
  pm_card_createMultipleDisputes: visa('4000000404000079', { trouble: 'multiple' }),
  pm_card_pendingRefund: visa('4000000000007726', { refund: 'pending' }),
  pm_card_refundFail: visa('4000000000005126', { refund: 'fail' }),
  pm_card_bypassPending: visa('4000000000000077', { bypassPending: true }),
  pm_card_bypassPendingInternational: visa('4000003720000278', { bypassPending: true, country: 'IE' }),
};

const BY_NUMBER = new Map(Object.entries(CARDS).map(([token, card]) => [card.number, token]));
// The first of several names for a number is the one that a number stands for.
BY_NUMBER.set('4242424242424242', 'pm_card_visa').set('378282246310005', 'pm_card_amex');

/** The card of a token such as `pm_card_visa` (or `tok_visa`); undefined when there is no such test card. */
export function findTestCard(token: string): TestCard | undefined {
  const name = token.replace(/^tok_/, 'pm_card_');
  return Object.hasOwn(CARDS, name) ? CARDS[name] : undefined;
}

/** The token that behaves as this card number. */
export const tokenOfNumber = (number: string): string | undefined => BY_NUMBER.get(number.replaceAll(/[ -]/g, ''));

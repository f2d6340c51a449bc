/** Stripe's test cards by the names that stand for them, so that no card number is ever typed or sent. */
import { h } from './dom.js';

const CARDS = [
  { method: 'pm_card_visa', name: 'Pays at once', number: '4242 4242 4242 4242' },
  { method: 'pm_card_authenticationRequired', name: 'Asks for 3-D Secure', number: '4000 0027 6000 3184' },
  { method: 'pm_card_visa_chargeDeclined', name: 'Is declined', number: '4000 0000 0000 0002' },
  {
    method: 'pm_card_visa_chargeDeclinedInsufficientFunds',
    name: 'Has too little on it',
    number: '4000 0000 0000 9995',
  },
];

/** Radio buttons for the cards; the first is chosen. `group` keeps two sets on one page apart. */
export function cardChoices(group) {
  return CARDS.map(({ method, name, number }, index) =>
    h(
      'label',
      { className: 'choice' },
      h('input', { type: 'radio', name: group, value: method, checked: index === 0 }),
      h('span', {}, h('b', {}, name), h('small', {}, number)),
    ),
  );
}

export const chosenCard = (group) => document.querySelector(`input[name="${group}"]:checked`)?.value ?? CARDS[0].method;

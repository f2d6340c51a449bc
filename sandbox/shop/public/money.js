/** Amounts are integers of the currency's smallest unit: 1999 usd is $19.99, 1999 jpy is ¥1,999, 1999 kwd is KWD 1.999. */
const formats = new Map();

function formatOf(currency) {
  if (!formats.has(currency)) {
    formats.set(currency, new Intl.NumberFormat('en-US', { style: 'currency', currency: currency.toUpperCase() }));
  }
  return formats.get(currency);
}

/** As people of the currency write it. Intl knows how many decimals a currency has. */
export function formatMoney(amount, currency) {
  const format = formatOf(currency);
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
}

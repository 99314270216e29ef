/** The minor units of ISO 4217 that are not 2: a currency's decimals are a fact of the standard, not of a locale. */
const DECIMALS: ReadonlyMap<string, number> = new Map([
  ...['BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF']
    .map((code): [string, number] => [code, 0]),
  ...['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'].map((code): [string, number] => [code, 3]),
  ['CLF', 4],
  ['UYW', 4],
]);

/** `4999`, `USD` is `49.99`; exact, whatever the size. */
export function decimal(amountMinor: string, currency: string): string {
  const decimals = DECIMALS.get(currency) ?? 2;
  const sign = amountMinor.startsWith('-') ? '-' : '';
  const digits = amountMinor.slice(sign.length).padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  return sign + digits.slice(0, point) + (decimals > 0 ? '.' + digits.slice(point) : '');
}

/** As people write it, with the code behind it: `$50.00 USD`, `¥1,500 JPY`, `1.234 KWD`. */
export function formatMoney(amountMinor: string, currency: string, locale = 'en-US'): string {
  if (currency === '') {
    return 'amount unknown';
  }
  const decimals = DECIMALS.get(currency) ?? 2;
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  // Given as a string, a number keeps every digit.
  const text = format.formatToParts(decimal(amountMinor, currency) as unknown as number)
    .filter((part) => !(part.type === 'currency' && part.value === currency))
    .map((part) => part.value).join('').trim();
  return `${text} ${currency}`;
}

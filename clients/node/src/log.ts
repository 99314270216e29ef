import type { Payment } from './client.js';
import { formatMoney } from './money.js';

/** `[LOG] Payment: pay_abc123 | $50.00 USD | STRIPE | COMPLETED`. */
export function logLine(payment: Payment): string {
  const provider = payment.provider_name === '' ? payment.provider : payment.provider_name.toUpperCase();
  return `[LOG] Payment: ${payment.id} | ${formatMoney(payment.amount_minor, payment.currency)} | ${provider} | ${payment.status}`;
}

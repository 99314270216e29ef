import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decimal, formatMoney, logLine, type Payment } from '../src/index.js';

test('keeps the decimals of each currency', () => {
  assert.equal(decimal('15000', 'USD'), '150.00');
  assert.equal(decimal('1500', 'JPY'), '1500');
  assert.equal(decimal('1234', 'KWD'), '1.234');
  assert.equal(decimal('12345', 'CLF'), '1.2345');
  assert.equal(decimal('5', 'USD'), '0.05');
  assert.equal(decimal('-5', 'USD'), '-0.05');
  assert.equal(decimal('9223372036854775807', 'USD'), '92233720368547758.07');
});

test('writes an amount as its currency is written', () => {
  assert.equal(formatMoney('5000', 'USD'), '$50.00 USD');
  assert.equal(formatMoney('1500', 'JPY'), '¥1,500 JPY');
  assert.equal(formatMoney('1234', 'KWD'), '1.234 KWD');
  assert.equal(formatMoney('1234', 'IQD'), '1.234 IQD');
  assert.equal(formatMoney('9223372036854775807', 'USD'), '$92,233,720,368,547,758.07 USD');
  assert.equal(formatMoney('0', ''), 'amount unknown');
});

test('prints the line of a payment', () => {
  const payment = { id: 'pay_abc123', amount_minor: '5000', currency: 'USD', provider_name: 'stripe', status: 'COMPLETED' } as Payment;

  assert.equal(logLine(payment), '[LOG] Payment: pay_abc123 | $50.00 USD | STRIPE | COMPLETED');
});

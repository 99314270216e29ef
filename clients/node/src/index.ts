export { AggregatorClient } from './client.js';
export type { ClientOptions, Payment, PaymentEvent, PaymentList, StreamOptions } from './client.js';
export { decimal, formatMoney } from './money.js';
export { logLine } from './log.js';

import { parseArgs } from 'node:util';
import { credentials } from '@grpc/grpc-js';
import { AggregatorClient, logLine } from '../src/index.js';

const USAGE = `npm run watch -- [OPTION…]: prints each payment of the aggregator as it changes, until Ctrl-C

  --address HOST:PORT   of the aggregator (127.0.0.1:50058)
  --provider NAME       of this provider alone, such as stripe or adyen
  --status STATUS       in this status alone: PENDING, COMPLETED, FAILED, REFUNDED
  --topic TOPIC         from this topic alone
  --tls                 over TLS; a token goes nowhere else, except to this machine
  --cursor CURSOR       go on behind an event; "latest": from now on
  --help

A token stands in the environment variable PAYROUTE_TOKEN.`;

const { values } = parseArgs({
  options: {
    address: { type: 'string' },
    provider: { type: 'string' },
    status: { type: 'string' },
    topic: { type: 'string' },
    cursor: { type: 'string' },
    tls: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(USAGE);
} else {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  const token = process.env['PAYROUTE_TOKEN'];
  const client = new AggregatorClient({
    address: values.address ?? '127.0.0.1:50058',
    ...(token ? { token } : {}),
    ...(values.tls ? { credentials: credentials.createSsl() } : {}),
    onReconnect: (error, pause) => console.error(`[LOG] Again in ${pause} ms: ${error?.details ?? 'the stream has ended'}`),
  });
  const request = {
    topic: values.topic ?? '',
    provider_name: values.provider ?? '',
    status: (values.status ?? 'STATUS_UNKNOWN') as 'STATUS_UNKNOWN',
  };
  try {
    for await (const event of client.stream(request, { signal: stop.signal, ...(values.cursor ? { cursor: values.cursor } : {}) })) {
      if (event.payment) {
        console.log(logLine(event.payment));
      }
    }
  } catch (error) {
    console.error(`[LOG] ${(error as Error).message}`);
    process.exitCode = 1;
  } finally {
    client.close();
  }
}

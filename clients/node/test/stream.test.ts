import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as grpc from '@grpc/grpc-js';
import * as protoLoader from '@grpc/proto-loader';
import { AggregatorClient } from '../src/index.js';
import type { ProtoGrpcType } from '../src/generated/payment.js';

type Call = grpc.ServerWritableStream<object, object>;

const server = new grpc.Server();
const cursors: (string | undefined)[] = [];
let lives: ((call: Call) => void)[] = [];
let client: AggregatorClient;

before(async () => {
  const proto = fileURLToPath(new URL('../../proto/payment.proto', import.meta.url));
  const loaded = grpc.loadPackageDefinition(protoLoader.loadSync(proto, { keepCase: true })) as unknown as ProtoGrpcType;
  server.addService(loaded.payment.PaymentService.service, {
    StreamPayments: (call: Call) => {
      cursors.push(call.metadata.get('payroute-cursor')[0]?.toString());
      lives.shift()?.(call);
    },
  });
  const port = await new Promise<number>((resolve, reject) => server.bindAsync('127.0.0.1:0',
    grpc.ServerCredentials.createInsecure(), (error, bound) => (error ? reject(error) : resolve(bound))));
  client = new AggregatorClient({ address: `127.0.0.1:${port}`, backoff: { first: 1, longest: 5 } });
});

beforeEach(() => {
  cursors.length = 0;
});

after(() => {
  client.close();
  server.forceShutdown();
});

const event = (number: number) => ({ payment: { id: `pay_${number}` }, event_type: 'new', cursor: `c${number}` });

function sends(from: number, to: number, then: (call: Call) => void): (call: Call) => void {
  return (call) => {
    for (let number = from; number <= to; number++) {
      call.write(event(number));
    }
    then(call);
  };
}

const ends = (code: grpc.status) => (call: Call) => void call.emit('error', { code, details: 'It ends here.' });

test('goes on behind the last event, whatever ended the stream', async () => {
  lives = [sends(1, 3, ends(grpc.status.RESOURCE_EXHAUSTED)), ends(grpc.status.UNAVAILABLE), sends(4, 4, (call) => call.end()),
    sends(5, 6, () => undefined)];
  const stop = new AbortController();
  const read: (string | undefined)[] = [];

  for await (const one of client.stream({}, { signal: stop.signal })) {
    read.push(one.payment?.id);
    if (read.length === 6) {
      stop.abort();
    }
  }

  assert.deepEqual(read, ['pay_1', 'pay_2', 'pay_3', 'pay_4', 'pay_5', 'pay_6']);
  assert.deepEqual(cursors, [undefined, 'c3', 'c3', 'c4']);
});

test('goes on where the stream began when it breaks before the first event', async () => {
  const begins = (cursor: string) => (call: Call) => {
    const head = new grpc.Metadata();
    head.set('payroute-cursor', cursor);
    call.sendMetadata(head);
  };
  lives = [(call) => {
    begins('c7')(call);
    setImmediate(() => ends(grpc.status.UNAVAILABLE)(call));
  }, sends(8, 8, () => undefined)];

  for await (const one of client.stream({}, { cursor: 'latest' })) {
    assert.equal(one.cursor, 'c8');
    break;
  }

  assert.deepEqual(cursors, ['latest', 'c7']);
});

test('throws what another attempt cannot mend', async () => {
  lives = [ends(grpc.status.INVALID_ARGUMENT)];

  await assert.rejects(client.stream({}, { cursor: 'wrong' }).next(), /It ends here/);

  assert.deepEqual(cursors, ['wrong']);
});

test('sends a token in plain text to this machine alone', () => {
  assert.throws(() => new AggregatorClient({ address: 'payments.example.com:50058', token: 'secret' }), /plain text/);
  assert.throws(() => new AggregatorClient({ address: 'localhost.example.com:50058', token: 'secret' }), /plain text/);
  new AggregatorClient({ address: '127.0.0.1:50058', token: 'secret' }).close();
});

test('cancels the call when its reader leaves', async () => {
  const cancelled = new Promise<void>((resolve) => {
    lives = [(call) => {
      call.on('cancelled', resolve);
      call.write(event(1));
    }];
  });

  for await (const one of client.stream()) {
    assert.equal(one.cursor, 'c1');
    break;
  }

  await cancelled;
});

test('fetches no more than it can hold while nobody reads', async () => {
  let written = 0;
  const held = new Promise<void>((resolve) => {
    lives = [(call) => {
      const more = () => {
        while (written < 1_000_000) {
          written++;
          if (!call.write({ ...event(written), topic: 'x'.repeat(1_000) })) {
            call.once('drain', more);
            setTimeout(resolve, 300);
            return;
          }
        }
      };
      more();
    }];
  });
  const stream = client.stream();
  await stream.next();

  await held;

  assert.ok(written < 5_000, `${written} were fetched`);
  await stream.return(undefined);
});

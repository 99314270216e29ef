import { fileURLToPath } from 'node:url';
import * as grpc from '@grpc/grpc-js';
import * as protoLoader from '@grpc/proto-loader';
import type { ProtoGrpcType } from './generated/payment.js';
import type { ListPaymentsRequest } from './generated/payment/ListPaymentsRequest.js';
import type { Payment__Output as Payment } from './generated/payment/Payment.js';
import type { PaymentEvent__Output as PaymentEvent } from './generated/payment/PaymentEvent.js';
import type { PaymentList__Output as PaymentList } from './generated/payment/PaymentList.js';
import type { PaymentServiceClient } from './generated/payment/PaymentService.js';
import type { StreamRequest } from './generated/payment/StreamRequest.js';
import { Backoff } from './backoff.js';

export type { Payment, PaymentEvent, PaymentList };

/** The metadata, the header and the trailer of a stream's position. */
const CURSOR = 'payroute-cursor';
const PAGE = 100;
const PROTO = fileURLToPath(new URL('../../proto/payment.proto', import.meta.url));

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/;

/** What another attempt may mend: the server is away, restarts, is busy, or has ended a stream that was read too slowly. */
const TRANSIENT: ReadonlySet<grpc.status> = new Set([
  grpc.status.UNAVAILABLE, grpc.status.RESOURCE_EXHAUSTED, grpc.status.DEADLINE_EXCEEDED, grpc.status.ABORTED,
  grpc.status.INTERNAL, grpc.status.UNKNOWN, grpc.status.CANCELLED,
]);

export interface ClientOptions {
  /** `host:port`. */
  address: string;
  /** Sent as `authorization: Bearer …`; over TLS alone, except to this machine. */
  token?: string;
  /** Without it, plain text. */
  credentials?: grpc.ChannelCredentials;
  /** Of the calls that give one answer; milliseconds. */
  deadlineMillis?: number;
  /** The first pause before a stream is opened again, and the longest; milliseconds. */
  backoff?: { first?: number; longest?: number };
  /** Told of each stream that ended, before the pause. */
  onReconnect?: (error: grpc.ServiceError | undefined, pauseMillis: number) => void;
}

export interface StreamOptions {
  /** The cursor of the last event that was dealt with, or `latest` for what happens from now on. Without it: what there is, first. */
  cursor?: string;
  signal?: AbortSignal;
}

/** The payments of every provider, as the role aggregator serves them. */
export class AggregatorClient {
  private readonly service: PaymentServiceClient;
  private readonly deadlineMillis: number;

  constructor(private readonly options: ClientOptions) {
    if (options.token !== undefined && options.credentials === undefined && !LOOPBACK.test(options.address)) {
      throw new Error(`A token does not go to ${options.address} in plain text: give credentials, such as grpc.credentials.createSsl().`);
    }
    const definition = protoLoader.loadSync(PROTO, { keepCase: true, longs: String, enums: String, defaults: true });
    const loaded = grpc.loadPackageDefinition(definition) as unknown as ProtoGrpcType;
    this.service = new loaded.payment.PaymentService(options.address, options.credentials ?? grpc.credentials.createInsecure());
    this.deadlineMillis = options.deadlineMillis ?? 10_000;
  }

  getPayment(paymentId: string, providerName = ''): Promise<Payment> {
    return this.answer<Payment>((metadata, options, callback) => this.service.GetPayment(
      { payment_id: paymentId, provider_name: providerName }, metadata, options, callback));
  }

  /** Of topics from which an event came. */
  async getTopics(): Promise<string[]> {
    const list = await this.answer<{ topics: string[] }>((metadata, options, callback) => this.service.GetTopics(
      {}, metadata, options, callback));
    return list.topics;
  }

  /** One page; its `next_cursor` leads to the next. */
  listPage(request: ListPaymentsRequest = {}): Promise<PaymentList> {
    return this.answer<PaymentList>((metadata, options, callback) => this.service.ListPayments(
      request, metadata, options, callback));
  }

  /** All of them, newest first, a page at a time. */
  async *list(request: ListPaymentsRequest = {}): AsyncGenerator<Payment> {
    let cursor = request.cursor ?? '';
    do {
      const page = await this.listPage({ limit: PAGE, ...request, cursor });
      yield* page.payments;
      cursor = page.next_cursor;
    } while (cursor !== '');
  }

  /**
   * Every event once, in order, for as long as it is read: a stream that ends is opened again behind the last event, after a pause
   * that grows. What no attempt can mend (a filter that is wrong, no permission, a cursor that is too old) is thrown. Where nobody
   * reads, nothing more is fetched.
   */
  async *stream(request: StreamRequest = {}, { cursor, signal }: StreamOptions = {}): AsyncGenerator<PaymentEvent> {
    const pause = new Backoff(this.options.backoff?.first, this.options.backoff?.longest);
    let position = cursor;
    while (!signal?.aborted) {
      const metadata = this.metadata();
      if (position !== undefined) {
        metadata.set(CURSOR, position);
      }
      const call = this.service.StreamPayments(request, metadata);
      call.on('metadata', (head: grpc.Metadata) => {
        position = head.get(CURSOR)[0]?.toString() ?? position;
      });
      const abort = () => call.cancel();
      signal?.addEventListener('abort', abort, { once: true });
      let ended: grpc.ServiceError | undefined;
      try {
        for await (const event of call as AsyncIterable<PaymentEvent>) {
          pause.reset();
          position = event.cursor;
          yield event;
        }
      } catch (error) {
        ended = error as grpc.ServiceError;
        if (!signal?.aborted && !TRANSIENT.has(ended.code)) {
          throw error;
        }
      } finally {
        signal?.removeEventListener('abort', abort);
        call.cancel();
      }
      if (!signal?.aborted) {
        const millis = pause.next();
        this.options.onReconnect?.(ended, millis);
        await pause.wait(millis, signal);
      }
    }
  }

  close(): void {
    this.service.close();
  }

  private metadata(): grpc.Metadata {
    const metadata = new grpc.Metadata({ waitForReady: false });
    if (this.options.token !== undefined) {
      metadata.set('authorization', `Bearer ${this.options.token}`);
    }
    return metadata;
  }

  private answer<T>(call: (metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<T>) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      call(this.metadata(), { deadline: Date.now() + this.deadlineMillis }, (error, answer) => {
        if (error) {
          reject(error);
        } else {
          resolve(answer as T);
        }
      });
    });
  }
}

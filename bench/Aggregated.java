import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.payroute.aggregator.feed.FeedEvents;
import io.payroute.proto.payment.GetPaymentRequest;
import io.payroute.proto.payment.ListPaymentsRequest;
import io.payroute.proto.payment.PaymentEvent;
import io.payroute.proto.payment.PaymentServiceGrpc;
import io.payroute.proto.payment.StreamRequest;

/** Events of providers, from the topics to who watches: how many a second, how late, and what many watchers and many payments cost. */
final class Aggregated {

    private static final String BROKERS = "127.0.0.1:19092";
    /** Before, compiling the code takes as much time as the events do. */
    private static final int WARM = 200_000;
    private static final int RATE = 1_000;
    private static final int SUBSCRIBERS = 1_000;
    private static final int SUBSCRIBED_RATE = 100;
    private static final int PATIENCE = 300;
    private static final int READS = 500;
    private static final int FEW = 10_000;
    private static final int MANY = 1_000_000;
    private static final Metadata.Key<String> CURSOR = Metadata.Key.of("payroute-cursor", Metadata.ASCII_STRING_MARSHALLER);

    private final ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", 15058).usePlaintext().directExecutor()
            .build();

    private Aggregated() {
    }

    static void measure(int seconds) throws Exception {
        Payroute payroute = Payroute.start();
        Aggregated bench = new Aggregated();
        feed(WARM);
        bench.sustained(payroute, seconds * 10_000);
        bench.late(RATE * seconds);
        bench.watched(payroute, SUBSCRIBED_RATE * seconds);
        bench.read(FEW);
        bench.read(MANY);
        bench.channel.shutdownNow();
        payroute.stop();
    }

    private void sustained(Payroute payroute, int count) throws Exception {
        Payroute.Processor before = payroute.processor();
        double stored = count / feed(count);
        Payroute.Processor after = payroute.processor();
        Bench.row("Events of all providers, fed, stored and announced", "%,.0f/s (asked: 5,000/s)", stored);
        Bench.row("Processor for 1,000 events", "application %.0f ms, PostgreSQL %.0f ms, Kafka %.0f ms",
                (after.application() - before.application()) * 1e6 / count, (after.postgres() - before.postgres()) * 1e6 / count,
                (after.servers() - before.servers()) * 1e6 / count);
        double plain = consume(count);
        Bench.row("A plain consumer of the same topics", "%,.0f/s", plain);
        Bench.row("stored / plain consumer", "%.1f %%", 100 * stored / plain);
    }

    /** @return seconds until all are stored, from the first that was sent */
    private static double feed(int count) throws Exception {
        long last = position();
        FeedEvents events = new FeedEvents(FeedEvents.PROVIDERS, 0, System.nanoTime());
        long begin = System.nanoTime();
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(properties(), new StringSerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < count; i++) {
                FeedEvents.Event event = events.next();
                producer.send(new ProducerRecord<>(event.topic(), event.key(), event.value()));
            }
        }
        Payroute.await("events", PATIENCE, () -> position() >= last + count
                && Payroute.number("aggregator", "SELECT count(*) FROM outbox") == 0);
        return since(begin);
    }

    private static long position() throws Exception {
        return Payroute.number("aggregator", "SELECT coalesce(max(last), 0) FROM position");
    }

    private static double consume(int count) {
        Properties properties = properties();
        properties.put("group.id", "bench-" + UUID.randomUUID());
        properties.put("auto.offset.reset", "earliest");
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.subscribe(Pattern.compile("payments\\.raw(\\..+)?"));
            int read = 0;
            while (read == 0) {
                read = consumer.poll(Duration.ofSeconds(1)).count();
            }
            long begin = System.nanoTime();
            int first = read;
            while (read < count) {
                read += consumer.poll(Duration.ofSeconds(1)).count();
            }
            return (read - first) / since(begin);
        }
    }

    private static Properties properties() {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", BROKERS);
        return properties;
    }

    /** From the time at which it is sent to Kafka to the subscriber. */
    private void late(int count) throws Exception {
        ConcurrentLinkedQueue<Double> late = new ConcurrentLinkedQueue<>();
        subscribe(event -> late.add(
                (System.nanoTime() - Long.parseLong(event.getPayment().getMetadataMap().get("sent"))) / 1e6));
        // The first time for the code of this form of events.
        for (int round = 0; round < 2; round++) {
            late.clear();
            send(count, RATE);
            Payroute.await("events", PATIENCE, () -> late.size() >= count);
        }
        List<Double> sorted = late.stream().sorted().toList();
        Bench.row(String.format(Locale.ROOT, "Sent to Kafka until at a subscriber, at %,d events/s", RATE),
                "p50 %.0f ms, p99 %.0f ms (asked: below 100)", sorted.get(count / 2), sorted.get(count * 99 / 100));
    }

    private void watched(Payroute payroute, int count) throws Exception {
        long before = payroute.rss();
        AtomicLong told = new AtomicLong();
        for (int i = 0; i < SUBSCRIBERS; i++) {
            subscribe(event -> told.incrementAndGet());
        }
        long begin = System.nanoTime();
        send(count, SUBSCRIBED_RATE);
        double sent = since(begin);
        Payroute.await("events", PATIENCE, () -> told.get() >= (long) count * SUBSCRIBERS);
        Bench.row(String.format(Locale.ROOT, "%,d subscribers at %d events/s each", SUBSCRIBERS, SUBSCRIBED_RATE),
                "%,d told, the last %.1f s after it was sent, %d MB more (asked: below 1 GB)", told.get(), since(begin) - sent,
                payroute.rss() - before);
    }

    /** From now on. */
    private void subscribe(Consumer<PaymentEvent> watcher) {
        Metadata latest = new Metadata();
        latest.put(CURSOR, "latest");
        PaymentServiceGrpc.newStub(channel).withInterceptors(MetadataUtils.newAttachHeadersInterceptor(latest))
                .streamPayments(StreamRequest.newBuilder().setProviderName("bench").build(), new StreamObserver<>() {
                    @Override
                    public void onNext(PaymentEvent event) {
                        watcher.accept(event);
                    }

                    @Override
                    public void onError(Throwable end) {
                        if (!channel.isShutdown()) {
                            System.err.println("A stream ended: " + end.getMessage());
                        }
                    }

                    @Override
                    public void onCompleted() {
                        // Never.
                    }
                });
    }

    private static void send(int count, int rate) throws Exception {
        // The streams have begun.
        TimeUnit.SECONDS.sleep(2);
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(properties(), new StringSerializer(),
                new StringSerializer())) {
            long begin = System.nanoTime();
            for (int i = 0; i < count; i++) {
                long due = begin + i * TimeUnit.SECONDS.toNanos(1) / rate;
                TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
                String id = UUID.randomUUID().toString();
                producer.send(new ProducerRecord<>("payments.raw", id, "{\"id\":\"" + id
                        + "\",\"provider\":\"bench\",\"amount\":12.50,\"currency\":\"EUR\",\"status\":\"paid\",\"sent\":"
                        + System.nanoTime() + "}"));
            }
        }
    }

    /** With so many payments in all. */
    private void read(int payments) throws Exception {
        try (Connection connection = Payroute.connect("aggregator"); Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE payment, payment_total");
            statement.execute("INSERT INTO payment (payment_id, provider, status, ladder, amount_minor, currency, topic, created_at, "
                    + "processed_at, first_seq, seq) SELECT 'pay-' || i, 'provider' || i % 5, 'completed', 'completed', 1250, 'EUR', "
                    + "'payments.raw', now(), now(), i, i FROM generate_series(1, " + payments + ") i");
            statement.execute("VACUUM ANALYZE payment");
        }
        PaymentServiceGrpc.PaymentServiceBlockingStub service = PaymentServiceGrpc.newBlockingStub(channel);
        List<Double> get = new ArrayList<>();
        List<Double> list = new ArrayList<>();
        for (int i = 0; i < 2 * READS; i++) {
            long begin = System.nanoTime();
            service.getPayment(GetPaymentRequest.newBuilder().setPaymentId("pay-" + (1 + i * 7919 % payments)).build());
            long got = System.nanoTime();
            service.listPayments(ListPaymentsRequest.newBuilder().setLimit(20).setProviderName("provider" + i % 5).build());
            if (i >= READS) {
                get.add((got - begin) / 1e6);
                list.add(since(got) * 1e3);
            }
        }
        Bench.row(String.format(Locale.ROOT, "GetPayment and ListPayments with %,d payments", payments), "%.1f ms and %.1f ms",
                get.stream().sorted().toList().get(READS / 2), list.stream().sorted().toList().get(READS / 2));
    }

    private static double since(long nanoTime) {
        return (System.nanoTime() - nanoTime) / 1e9;
    }
}

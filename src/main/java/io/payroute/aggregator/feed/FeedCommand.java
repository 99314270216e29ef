package io.payroute.aggregator.feed;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

import io.payroute.aggregator.feed.FeedEvents.Event;
import io.payroute.platform.command.RoleCommand;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** For demonstrations and load: what the aggregator would get from the providers. */
@Command(name = "feed", description = "Sends events of providers to the topics payments.raw and payments.raw.PROVIDER, for demonstrations and load.")
public final class FeedCommand implements RoleCommand {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(5);

    @Spec
    private CommandSpec spec;

    @Option(names = "--brokers", paramLabel = "HOST:PORT", defaultValue = "localhost:9092", description = "Of Kafka (default: ${DEFAULT-VALUE}).")
    private String brokers;

    @Option(names = "--rate", paramLabel = "N", defaultValue = "10", description = "Events a second (default: ${DEFAULT-VALUE}).")
    private int rate;

    @Option(names = "--count", paramLabel = "N", defaultValue = "0", description = "How many; 0: until Ctrl-C (default: ${DEFAULT-VALUE}).")
    private long count;

    @Option(names = "--provider", paramLabel = "NAME", split = ",", description = "Of these alone: stripe, razorpay, paypal, adyen, sandbox, generic (default: all).")
    private List<String> providers = FeedEvents.PROVIDERS;

    @Option(names = "--garbage", paramLabel = "PERCENT", defaultValue = "0", description = "So many are no events (default: ${DEFAULT-VALUE}).")
    private int garbage;

    @Option(names = "--seed", paramLabel = "N", description = "Makes the same payments again.")
    private Long seed;

    @Override
    public Integer call() {
        if (rate < 1 || rate > 1_000_000 || count < 0 || garbage < 0 || garbage > 100
                || !FeedEvents.PROVIDERS.containsAll(providers)) {
            throw new ParameterException(spec.commandLine(),
                    "--rate is 1 to 1000000, --count 0 or more, --garbage 0 to 100, --provider "
                            + String.join(", ", FeedEvents.PROVIDERS) + ".");
        }
        Properties properties = new Properties();
        properties.put("bootstrap.servers", brokers);
        properties.put("linger.ms", "5");
        properties.put("max.block.ms", "10000");
        properties.put("delivery.timeout.ms", "30000");
        properties.put("request.timeout.ms", "10000");
        AtomicReference<Exception> failure = new AtomicReference<>();
        long sent;
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(properties, new StringSerializer(),
                new ByteArraySerializer())) {
            sent = send(producer, new FeedEvents(providers, garbage, seed == null ? System.nanoTime() : seed), failure);
        } catch (KafkaException e) {
            failure.compareAndSet(null, e);
            sent = 0;
        }
        PrintWriter out = spec.commandLine().getOut();
        if (failure.get() != null) {
            out.println("Kafka at " + brokers + " did not take them: " + failure.get().getMessage());
            return 1;
        }
        out.printf(Locale.ROOT, "%,d events sent%n", sent);
        return 0;
    }

    private long send(KafkaProducer<String, byte[]> producer, FeedEvents events, AtomicReference<Exception> failure) {
        long begin = System.nanoTime();
        long told = begin;
        long toldSent = 0;
        long sent = 0;
        while ((count == 0 || sent < count) && failure.get() == null) {
            long now = System.nanoTime();
            // Whole ticks: so many are due by now.
            long due = (now - begin + TICK) * rate / SECOND;
            while (sent < due && (count == 0 || sent < count) && failure.get() == null) {
                Event event = events.next();
                producer.send(new ProducerRecord<>(event.topic(), event.key(), event.value()), (metadata, e) -> {
                    if (e != null) {
                        failure.compareAndSet(null, e);
                    }
                });
                sent++;
            }
            if (now - told >= SECOND) {
                spec.commandLine().getOut().printf(Locale.ROOT, "%,d events, %,d/s%n", sent,
                        (sent - toldSent) * SECOND / (now - told));
                spec.commandLine().getOut().flush();
                told = now;
                toldSent = sent;
            }
            LockSupport.parkNanos(TICK);
        }
        return sent;
    }
}

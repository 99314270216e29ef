package io.payroute.platform.page;

import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Named;

import org.apache.camel.Exchange;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.payroute.platform.work.QueueSamples;
import io.smallrye.health.SmallRyeHealth;
import io.smallrye.health.SmallRyeHealthReporter;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** What an operator sees first: whether the process is ready and why not, and how much waits where, for how long. */
@ApplicationScoped
@Named("overviewHandler")
public class OverviewHandler {

    /** Whether somebody has to look: a queue that empties itself is not yet a case for a person. */
    private static final double OLD_SECONDS = 60;

    private final QueueSamples samples;
    private final SmallRyeHealthReporter health;
    private final MeterRegistry meters;
    private final Instance<PageLink> links;

    OverviewHandler(QueueSamples samples, SmallRyeHealthReporter health, MeterRegistry meters, @Any Instance<PageLink> links) {
        this.samples = samples;
        this.health = health;
        this.meters = meters;
        this.links = links;
    }

    public void get(Exchange exchange) {
        SmallRyeHealth ready = health.getReadiness();
        JsonArray queues = new JsonArray();
        samples.all().forEach((key, sample) -> queues.add(queue(key.split("/", 2), sample)));
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(new JsonObject().put("ready", !ready.isDown()).put("checks", checks(ready))
                .put("queues", queues).encode());
    }

    private JsonObject queue(String[] name, QueueSamples.Sample sample) {
        return new JsonObject().put("role", name[0]).put("queue", name[1]).put("due", sample.due())
                .put("age", age(sample.ageSeconds())).put("old", sample.due() > 0 && sample.ageSeconds() > OLD_SECONDS)
                .put("in_flight", gauge("payroute.work.in.flight", name)).put("link", link(name));
    }

    private Integer gauge(String meter, String[] name) {
        Gauge gauge = meters.find(meter).tags("role", name[0], "queue", name[1]).gauges().stream()
                .findFirst().orElse(null);
        return gauge == null ? null : (int) gauge.value();
    }

    /** The page on which something can be done about a queue. */
    private String link(String[] name) {
        if (name[1].equals(QueueSamples.DEAD_LETTERS)) {
            return "/ops/dead-letters/" + name[0];
        }
        return links.stream().filter(link -> link.queues().containsKey(name[1])).findFirst()
                .map(link -> link.path() + link.queues().get(name[1])).orElse(null);
    }

    private static JsonArray checks(SmallRyeHealth health) {
        JsonObject payload = new JsonObject(health.getPayload().toString());
        return payload.getJsonArray("checks", new JsonArray(List.of()));
    }

    static String age(double seconds) {
        long whole = Math.round(seconds);
        if (whole < 120) {
            return whole + " s";
        }
        return whole < 7_200 ? whole / 60 + " min" : whole < 172_800 ? whole / 3_600 + " h" : whole / 86_400 + " days";
    }
}

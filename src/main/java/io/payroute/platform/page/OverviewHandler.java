package io.payroute.platform.page;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Named;

import org.apache.camel.Exchange;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.payroute.platform.health.HealthHandler;
import io.payroute.platform.work.QueueSamples;
import io.smallrye.health.SmallRyeHealthReporter;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * What an operator sees first: what needs somebody, with the way to where it is dealt with; whether the process is ready and why not;
 * and how much waits where, for how long.
 */
@ApplicationScoped
@Named("overviewHandler")
public class OverviewHandler {

    /** A queue that empties itself is not yet a case for a person. */
    private static final double OLD_SECONDS = 60;
    private static final String DOWN = "down";
    private static final String OK = "ok";
    private static final List<CheckAdvice> SHARED = List.of(new CheckAdvice("pipeline",
            "Requests go to other processes meanwhile. The cause names what does not run or does not answer: docs/operations.md, "
                    + "\"When something fails\".",
            CheckAdvice.link("Routes and their state", "/ops/routes")));

    private final QueueSamples samples;
    private final SmallRyeHealthReporter health;
    private final MeterRegistry meters;
    private final Instance<PageLink> links;
    private final Instance<CheckAdvice> advices;

    OverviewHandler(QueueSamples samples, SmallRyeHealthReporter health, MeterRegistry meters, @Any Instance<PageLink> links,
            @Any Instance<CheckAdvice> advices) {
        this.samples = samples;
        this.health = health;
        this.meters = meters;
        this.links = links;
        this.advices = advices;
    }

    public void get(Exchange exchange) {
        List<JsonObject> checks = checks(health.getReadiness().getPayload().toString());
        List<JsonObject> queues = samples.all().entrySet().stream()
                .map(one -> queue(one.getKey().split("/", 2), one.getValue())).toList();
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(new JsonObject().put("ready", checks.stream().noneMatch(one -> is(one, DOWN)))
                .put("troubled_checks", array(checks.stream().filter(one -> !is(one, OK))))
                .put("troubled_queues", array(queues.stream().filter(one -> one.getString("why") != null)))
                .put("checks", array(checks.stream())).put("queues", array(queues.stream())).encode());
    }

    private JsonObject queue(String[] name, QueueSamples.Sample sample) {
        boolean forPerson = samples.isForPerson(name[0], name[1]);
        boolean old = sample.ageSeconds() > OLD_SECONDS;
        return new JsonObject().put("role", name[0]).put("queue", name[1]).put("due", sample.due())
                .put("age", age(sample.ageSeconds()))
                .put("why", sample.due() == 0 || !old && !forPerson ? null : forPerson ? "needs somebody" : "old")
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

    /** What is not well first, then by name. */
    private List<JsonObject> checks(String payload) {
        return new JsonObject(payload).getJsonArray("checks", new JsonArray()).stream()
                .map(one -> check((JsonObject) one)).sorted(Comparator.<JsonObject, Boolean>comparing(one -> is(one, OK))
                        .thenComparing(one -> one.getString("name")))
                .toList();
    }

    private JsonObject check(JsonObject check) {
        String name = check.getString("name");
        JsonObject data = check.getJsonObject("data", new JsonObject());
        boolean degraded = Boolean.TRUE.equals(data.remove(HealthHandler.DEGRADED));
        JsonObject json = new JsonObject().put("name", name)
                .put("state", !"UP".equals(check.getString("status")) ? DOWN : degraded ? HealthHandler.DEGRADED : OK)
                .put("cause",
                        data.stream().filter(one -> !degraded || !OK.equals(one.getValue())).sorted(Map.Entry.comparingByKey())
                                .map(one -> one.getKey() + ": " + one.getValue()).collect(Collectors.joining("; ")));
        Optional<CheckAdvice> advice = Stream.concat(advices.stream(), SHARED.stream())
                .filter(one -> one.check().equals(name)).findFirst();
        JsonArray ways = new JsonArray();
        advice.ifPresent(one -> one.links().forEach(
                link -> ways.add(new JsonObject().put("title", link.title()).put("path", link.path()))));
        return json.put("advice", advice.map(CheckAdvice::text).orElse(null)).put("links", ways);
    }

    private static boolean is(JsonObject check, String state) {
        return check.getString("state").equals(state);
    }

    private static JsonArray array(Stream<JsonObject> all) {
        return new JsonArray(all.toList());
    }

    static String age(double seconds) {
        long whole = Math.round(seconds);
        if (whole < 120) {
            return whole + " s";
        }
        return whole < 7_200 ? whole / 60 + " min" : whole < 172_800 ? whole / 3_600 + " h" : whole / 86_400 + " days";
    }
}

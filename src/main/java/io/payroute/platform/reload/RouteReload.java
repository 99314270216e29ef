package io.payroute.platform.reload;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;

import org.apache.camel.CamelContext;
import org.apache.camel.quarkus.main.events.AfterStart;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.payroute.platform.Causes;
import io.payroute.platform.ConfigFolder;
import io.payroute.platform.Refusal;
import io.payroute.platform.config.FolderHash;
import io.payroute.platform.config.FolderKeys;
import io.payroute.platform.reload.Reload.Result;
import io.payroute.platform.route.RouteGuard;
import io.payroute.platform.route.StandInIds;
import io.payroute.platform.route.check.Finding;
import io.payroute.platform.route.check.RouteCheck;
import io.quarkus.runtime.Startup;

/**
 * Has the process run by the files that the folder has now: checked as a whole first, then changed as a whole or not at all. What ran
 * before runs on when anything fails. Every attempt is recorded.
 */
@ApplicationScoped
@Startup
public class RouteReload {

    private static final Logger LOG = Logger.getLogger(RouteReload.class);
    static final int RETRY_SECONDS = 5;

    private final CamelContext context;
    private final SwappableDirectComponent direct;
    private final RouteGuard guard;
    private final RunningFiles running;
    private final ReloadRecords records;
    private final MeterRegistry meters;
    private final Duration patience;
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile Instant last = Instant.EPOCH;

    /** @param patience how long what is under way in a route may take before it is replaced */
    @Inject
    RouteReload(CamelContext context, SwappableDirectComponent direct, RouteGuard guard, RunningFiles running,
            ReloadRecords records, MeterRegistry meters,
            @ConfigProperty(name = "payroute.config.reload-timeout") Duration patience) {
        this.context = context;
        this.direct = direct;
        this.guard = guard;
        this.running = running;
        this.records = records;
        this.meters = meters;
        this.patience = patience;
        TimeGauge.builder("payroute.reload.last", () -> last.toEpochMilli(), TimeUnit.MILLISECONDS)
                .description("When routes were last reloaded, whatever came of it; 0 before").register(meters);
        for (Result result : Result.values()) {
            meters.counter("payroute.reloads", "result", result.word());
        }
    }

    /** Marks what processes that are gone have left under way. A database that is away does not hold up the start. */
    void started(@Observes AfterStart started) {
        Thread thread = new Thread(records::interrupted, "routes-reload-records");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * @param caller who asked for it, for the record
     * @throws Refusal 409 while another reload is under way
     */
    Reload reload(String caller) {
        return begin(caller).get();
    }

    /**
     * Takes the turn, so that whoever comes next is refused from now on.
     *
     * @return what does it, to be called once
     * @throws Refusal 409 while another reload is under way
     */
    Supplier<Reload> begin(String caller) {
        if (!busy.compareAndSet(false, true)) {
            throw Refusal.conflict("reload-under-way", "Another reload is under way",
                    "Another reload is under way; this one was not begun. Wait for its end, and ask again.", RETRY_SECONDS);
        }
        return () -> {
            try {
                return recorded(caller);
            } finally {
                busy.set(false);
            }
        };
    }

    private Reload recorded(String caller) {
        ReloadRecords.Open record = records.begin(Reload.failed(caller, Result.STARTED, List.of()));
        Reload reload;
        try {
            reload = attempt(caller, ConfigFolder.ofProcess(), record);
        } catch (RuntimeException | Error e) {
            record.end(Reload.failed(caller, Result.FAILED, List.of("The reload failed: " + Causes.brief(e))));
            throw e;
        }
        meters.counter("payroute.reloads", "result", reload.result().word()).increment();
        last = reload.at();
        LOG.infof("event=routes-reload result=%s caller=%s added=%s replaced=%s removed=%s restart=%s", reload.result().word(),
                caller, reload.added(), reload.replaced(), reload.removed(), reload.needsRestart());
        reload.errors().forEach(error -> LOG.warnf("event=routes-reload-error %s", error));
        record.end(reload);
        return reload;
    }

    private Reload attempt(String caller, ConfigFolder folder, ReloadRecords.Open record) {
        if (running.misses(folder)) {
            return Reload.failed(caller, Result.REFUSED,
                    List.of(folder.path() + ":1: The folder is not there. Everything runs as before."));
        }
        String checked = FolderHash.of(folder);
        List<Finding> findings = RouteCheck.check(folder, FolderKeys.problems(folder));
        if (!findings.isEmpty()) {
            return Reload.failed(caller, Result.REFUSED, findings.stream().map(Finding::toString).toList());
        }
        ReloadPlan plan = ReloadPlan.of(running, folder, id -> begins(id));
        if (!checked.equals(FolderHash.of(folder))) {
            return Reload.failed(caller, Result.REFUSED,
                    List.of(folder.path() + ":1: The folder changed while it was read. Nothing was touched; reload again."));
        }
        if (plan.changes().isEmpty()) {
            return plan.reload(caller, Result.UNCHANGED, List.of());
        }
        record.planned(plan.reload(caller, Result.STARTED, List.of()));
        try {
            new RouteSwap(context, direct, patience, plan.changes(), plan.kamelets(), this::verify).run();
        } catch (TimeoutException e) {
            return plan.reload(caller, Result.BUSY, List.of(e.getMessage(), "Nothing was changed."));
        } catch (Exception e) {
            return plan.reload(caller, Result.FAILED, errors(e));
        }
        running.set(plan.parts(), Instant.now());
        return plan.reload(caller, Result.RELOADED, List.of());
    }

    private static List<String> errors(Exception failure) {
        List<String> errors = new ArrayList<>();
        errors.add(failure instanceof RouteFailedException
                ? failure.getMessage()
                : "The routes could not be changed: " + failure.getMessage());
        for (Throwable unable : failure.getSuppressed()) {
            errors.add("What ran before could not be put back, restart this process: " + unable.getMessage());
            LOG.error("event=routes-not-put-back", unable);
        }
        if (errors.size() == 1) {
            errors.add("Everything runs as before.");
        }
        LOG.debug("event=routes-reload-failed", failure);
        return errors;
    }

    private String begins(String route) {
        return context.getRoute(route) == null ? "" : context.getRoute(route).getEndpoint().getEndpointUri();
    }

    private void verify() {
        List<String> broken = guard.broken(context, route -> !StandInIds.isOne(route.getRouteId()));
        if (!broken.isEmpty()) {
            throw new IllegalStateException(String.join(" ", broken));
        }
    }

    /** Every route that runs, with where it comes from. */
    Map<String, RunningFiles.Running> running() {
        Map<String, RunningFiles.Running> routes = new LinkedHashMap<>();
        running.all().values().stream().filter(one -> context.getRoute(one.part().id()) != null)
                .forEach(one -> routes.put(one.part().id(), one));
        return routes;
    }
}

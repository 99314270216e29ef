package io.payroute.platform.reload;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

import org.apache.camel.CamelContext;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.payroute.platform.ConfigFolder;
import io.payroute.platform.Refusal;
import io.payroute.platform.config.FolderHash;
import io.payroute.platform.config.FolderKeys;
import io.payroute.platform.reload.Reload.Result;
import io.payroute.platform.route.RouteGuard;
import io.payroute.platform.route.check.Finding;
import io.payroute.platform.route.check.RouteCheck;

/**
 * Has the process run by the files that the folder has now: checked as a whole first, then changed as a whole or not at all. What ran
 * before runs on when anything fails. Every attempt is recorded.
 */
@ApplicationScoped
public class RouteReload {

    private static final Logger LOG = Logger.getLogger(RouteReload.class);

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
    }

    /**
     * @param caller who asked for it, for the record
     * @throws Refusal 409 while another reload is under way
     */
    Reload reload(String caller) {
        if (!busy.compareAndSet(false, true)) {
            throw Refusal.conflict("Another reload is under way; wait for its end.");
        }
        try {
            Reload reload = attempt(caller, ConfigFolder.ofProcess());
            meters.counter("payroute.reloads", "result", reload.result().word()).increment();
            last = reload.at();
            LOG.infof("event=routes-reload result=%s caller=%s added=%s replaced=%s removed=%s restart=%s",
                    reload.result().word(),
                    caller, reload.added(), reload.replaced(), reload.removed(), reload.needsRestart());
            reload.errors().forEach(error -> LOG.warnf("event=routes-reload-error %s", error));
            records.add(reload);
            return reload;
        } finally {
            busy.set(false);
        }
    }

    private Reload attempt(String caller, ConfigFolder folder) {
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
        try {
            new RouteSwap(context, direct, patience, plan.changes(), plan.kamelets(), this::verify).run();
        } catch (Exception e) {
            List<String> errors = new ArrayList<>();
            errors.add(
                    e instanceof RouteFailedException ? e.getMessage() : "The routes could not be changed: " + e.getMessage());
            for (Throwable unable : e.getSuppressed()) {
                errors.add("What ran before could not be put back, restart this process: " + unable.getMessage());
                LOG.error("event=routes-not-put-back", unable);
            }
            if (errors.size() == 1) {
                errors.add("Everything runs as before.");
            }
            LOG.debug("event=routes-reload-failed", e);
            return plan.reload(caller, Result.FAILED, errors);
        }
        running.set(plan.parts(), Instant.now());
        return plan.reload(caller, Result.RELOADED, List.of());
    }

    private String begins(String route) {
        return context.getRoute(route) == null ? "" : context.getRoute(route).getEndpoint().getEndpointUri();
    }

    private void verify() {
        List<String> broken = guard.broken(context, route -> !RouteSwap.isAside(route.getRouteId()));
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

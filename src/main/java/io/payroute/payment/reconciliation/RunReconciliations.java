package io.payroute.payment.reconciliation;

import java.sql.Connection;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

import io.payroute.payment.PaymentQueues;
import io.payroute.payment.model.PaymentRole;
import io.payroute.payment.provider.ProviderListing;
import io.payroute.platform.Causes;
import io.payroute.platform.Ids;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.Backlog;
import io.payroute.platform.work.Claim;
import io.payroute.platform.work.Pauses;
import io.payroute.platform.work.WorkQueue;

/**
 * Makes a run for each provider and day, and has the steps of a run: the provider's list is read page by page, compared, repaired
 * where it was told to, and reported. Killed at any point, the run goes on from its last page or phase, here or in another process.
 */
@ApplicationScoped
@Named(PaymentQueues.RECONCILIATIONS)
public class RunReconciliations implements WorkQueue<Reconciliation> {

    private static final Logger LOG = Logger.getLogger(RunReconciliations.class);
    private static final String RUN = "reconciliation";

    private final Reconciliations runs;
    private final CompareBooks compareBooks;
    private final RepairDifferences repairs;
    private final DifferenceFile file;
    private final ReconciliationMetrics metrics;
    private final Optional<LocalTime> at;
    private final List<String> daily;
    private final boolean repair;
    private final Pauses pauses = new Pauses("reconciliation", PaymentRole.NAME);

    /** @param at time of day in UTC, or {@code off} */
    RunReconciliations(Reconciliations runs, CompareBooks compareBooks, RepairDifferences repairs, DifferenceFile file,
            ReconciliationMetrics metrics, @ConfigProperty(name = "payment.reconciliation.at") String at,
            @ConfigProperty(name = "payment.reconciliation.providers") List<String> daily,
            @ConfigProperty(name = "payment.reconciliation.repair") boolean repair) {
        this.runs = runs;
        this.compareBooks = compareBooks;
        this.repairs = repairs;
        this.file = file;
        this.metrics = metrics;
        this.at = time(at);
        this.daily = daily;
        this.repair = repair;
    }

    private static Optional<LocalTime> time(String at) {
        try {
            return at.equals("off") ? Optional.empty() : Optional.of(LocalTime.parse(at));
        } catch (DateTimeParseException e) {
            throw new IllegalStateException("payment.reconciliation.at must be a time of day in UTC such as 03:00, or off.");
        }
    }

    /** Makes the run of yesterday of each provider, once, whoever comes first. Failures are logged, not thrown. */
    public synchronized void plan() {
        if (pauses.paused()) {
            return;
        }
        try {
            if (at.isPresent()) {
                for (String provider : daily) {
                    runs.addYesterday(Ids.next(), provider, at.get(), repair);
                }
            }
            metrics.refresh();
            pauses.succeeded();
        } catch (Exception e) {
            pauses.failed(e);
        }
    }

    @Override
    public String role() {
        return PaymentRole.NAME;
    }

    @Override
    public Backlog due() {
        return new Backlog("reconciliation WHERE status = 'running' AND due_at <= now()", "due_at");
    }

    @Override
    public List<Reconciliation> claim(Claim claim) throws Exception {
        return runs.claim(claim.leaseSeconds()).stream().toList();
    }

    @Override
    public void giveBack(List<Reconciliation> tasks) {
        // One is claimed when it can begin, so none waits; the lease of one that could not ends by itself.
    }

    public void begin(Exchange exchange) {
        exchange.setProperty(RUN, exchange.getMessage().getBody(Reconciliation.class));
    }

    /** Whether there is a step to do, now that this process goes on. */
    public boolean isRunning(Exchange exchange) {
        return run(exchange).status().equals("running") && exchange.getContext().isRunAllowed();
    }

    /** The question for the next page of the provider's list. */
    public void requestPage(Exchange exchange) {
        Reconciliation run = run(exchange);
        exchange.getMessage().setHeader("operation", ProviderListing.OPERATION);
        exchange.getMessage().setHeader("provider", run.provider());
        exchange.getMessage().setBody(
                new ProviderListing.Query(run.from().minus(runs.grace()), run.to().plus(runs.grace()), run.cursor()));
    }

    /** Stores the page in the body. */
    public void listed(Exchange exchange) throws Exception {
        Reconciliation run = run(exchange);
        if (!(exchange.getMessage().getBody() instanceof ProviderListing.Page page)) {
            throw new IllegalStateException("Route provider-" + run.provider() + " has no list of its payments.");
        }
        runs.listed(run, page);
        reread(exchange);
    }

    public void compare(Exchange exchange) throws Exception {
        Reconciliation run = run(exchange);
        Sql.inTransaction(runs.dataSource(), connection -> {
            runs.phase(connection, run.id(), "compare", run.repair() ? "repair" : "report");
            compareBooks.compare(connection, run.id());
            return null;
        });
        reread(exchange);
    }

    public void repair(Exchange exchange) throws Exception {
        Reconciliation run = run(exchange);
        long after = 0;
        do {
            after = repairs.repair(run, after);
            renew(run, after == 0 ? "report" : "repair");
        } while (after != 0 && exchange.getContext().isRunAllowed());
        reread(exchange);
    }

    public void report(Exchange exchange) throws Exception {
        file.write(run(exchange));
        runs.end(run(exchange).id());
        reread(exchange);
        Reconciliation ended = run(exchange);
        LOG.infof("event=reconciled provider=%s reconciliationId=%s listed=%d differences=%s", ended.provider(), ended.id(),
                ended.listed(), ended.differences());
        metrics.refresh();
    }

    /** It is tried again, later each time. */
    public void failed(@ExchangeProperty(RUN) Reconciliation run,
            @ExchangeProperty("CamelExceptionCaught") Throwable failure) throws Exception {
        LOG.warnf("event=reconciliation-failed provider=%s reconciliationId=%s failures=%d cause=%s", run.provider(), run.id(),
                run.failures() + 1, Causes.brief(failure));
        runs.failed(run.id(), Causes.brief(failure));
    }

    private void renew(Reconciliation run, String phase) throws Exception {
        try (Connection connection = runs.dataSource().getConnection()) {
            runs.phase(connection, run.id(), run.phase(), phase);
        }
    }

    private void reread(Exchange exchange) throws Exception {
        exchange.setProperty(RUN, runs.find(run(exchange).id()).orElseThrow());
    }

    private static Reconciliation run(Exchange exchange) {
        return exchange.getProperty(RUN, Reconciliation.class);
    }
}

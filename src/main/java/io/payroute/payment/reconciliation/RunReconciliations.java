package io.payroute.payment.reconciliation;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

import io.payroute.messaging.Ids;
import io.payroute.messaging.Pauses;
import io.payroute.messaging.Sql;
import io.payroute.payment.provider.ProviderListing;
import io.payroute.runtime.Causes;
import io.payroute.runtime.Roles;

/**
 * Makes a run for each provider and day, and carries out the runs there are, one at a time: it reads the provider's list page by
 * page, compares, repairs where it was told to, and writes the report. Killed at any point, the run goes on from its last page
 * or phase, here or in another process.
 */
@ApplicationScoped
@Named("runReconciliations")
public class RunReconciliations {

    private static final Logger LOG = Logger.getLogger(RunReconciliations.class);

    private final Reconciliations runs;
    private final CompareBooks compareBooks;
    private final RepairDifferences repairs;
    private final DifferenceFile file;
    private final ReconciliationMetrics metrics;
    private final CamelContext camel;
    private final Optional<LocalTime> at;
    private final List<String> daily;
    private final boolean repair;
    private final Pauses pauses = new Pauses("reconciliation", Roles.PAYMENT);
    private ProducerTemplate template;

    /** @param at time of day in UTC, or {@code off} */
    RunReconciliations(Reconciliations runs, CompareBooks compareBooks, RepairDifferences repairs, DifferenceFile file,
            ReconciliationMetrics metrics, CamelContext camel, @ConfigProperty(name = "payment.reconciliation.at") String at,
            @ConfigProperty(name = "payment.reconciliation.providers") List<String> daily,
            @ConfigProperty(name = "payment.reconciliation.repair") boolean repair) {
        this.runs = runs;
        this.compareBooks = compareBooks;
        this.repairs = repairs;
        this.file = file;
        this.metrics = metrics;
        this.camel = camel;
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

    /** One look: what is due is done to its end. Failures are logged, not thrown. */
    public synchronized void run() {
        if (pauses.paused()) {
            return;
        }
        try {
            plan();
            Optional<Reconciliation> run = runs.claim();
            while (run.isPresent() && !camel.isStopping()) {
                carryOut(run.get());
                run = runs.claim();
            }
            metrics.refresh();
            pauses.succeeded();
        } catch (Exception e) {
            pauses.failed(e);
        }
    }

    /** Yesterday of each provider; made once, whoever comes first. */
    private void plan() throws Exception {
        if (at.isPresent()) {
            for (String provider : daily) {
                runs.addYesterday(Ids.next(), provider, at.get(), repair);
            }
        }
    }

    private void carryOut(Reconciliation run) throws SQLException {
        try {
            Reconciliation at = run;
            while (at.status().equals("running") && !camel.isStopping()) {
                step(at);
                at = runs.find(run.id()).orElseThrow();
            }
            if (at.status().equals("completed")) {
                LOG.infof("event=reconciled provider=%s reconciliationId=%s listed=%d differences=%s", at.provider(), at.id(),
                        at.listed(), at.differences());
            }
        } catch (Exception e) {
            LOG.warnf("event=reconciliation-failed provider=%s reconciliationId=%s failures=%d cause=%s", run.provider(),
                    run.id(),
                    run.failures() + 1, Causes.brief(e));
            runs.failed(run.id(), Causes.brief(e));
        }
    }

    private void step(Reconciliation run) throws Exception {
        switch (run.phase()) {
            case "list" -> runs.listed(run, page(run));
            case "compare" -> Sql.inTransaction(runs.dataSource(), connection -> {
                runs.phase(connection, run.id(), "compare", run.repair() ? "repair" : "report");
                compareBooks.compare(connection, run.id());
                return null;
            });
            case "repair" -> {
                long after = 0;
                do {
                    after = repairs.repair(run, after);
                    renew(run, after == 0 ? "report" : "repair");
                } while (after != 0 && !camel.isStopping());
            }
            default -> {
                file.write(run);
                runs.end(run.id());
            }
        }
    }

    private void renew(Reconciliation run, String phase) throws Exception {
        try (Connection connection = runs.dataSource().getConnection()) {
            runs.phase(connection, run.id(), run.phase(), phase);
        }
    }

    private ProviderListing.Page page(Reconciliation run) throws Exception {
        if (template == null) {
            template = camel.createProducerTemplate();
        }
        ProviderListing.Query query = new ProviderListing.Query(run.from().minus(runs.grace()), run.to().plus(runs.grace()),
                run.cursor());
        Exchange answer = template.send("direct:provider-" + run.provider(), exchange -> {
            exchange.getMessage().setHeader("operation", ProviderListing.OPERATION);
            exchange.getMessage().setBody(query);
        });
        if (answer.getException() != null) {
            throw answer.getException();
        }
        if (answer.getMessage().getBody() instanceof ProviderListing.Page page) {
            return page;
        }
        throw new IllegalStateException("Route provider-" + run.provider() + " has no list of its payments.");
    }
}

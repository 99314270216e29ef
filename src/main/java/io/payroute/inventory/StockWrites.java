package io.payroute.inventory;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;

import javax.sql.DataSource;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

import org.eclipse.microprofile.config.Config;

import io.payroute.inventory.model.Outcome;
import io.payroute.inventory.model.Reservation;
import io.payroute.inventory.model.StockCommand;
import io.payroute.inventory.model.StockCommand.Change;
import io.payroute.inventory.model.StockCommand.Commit;
import io.payroute.inventory.model.StockCommand.Expire;
import io.payroute.inventory.model.StockCommand.Learn;
import io.payroute.inventory.model.StockCommand.Release;
import io.payroute.inventory.model.StockCommand.Reserve;
import io.payroute.inventory.model.StockLedger;
import io.payroute.platform.CrashPoint;
import io.payroute.platform.Meters;
import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.GroupCommit;
import io.payroute.platform.sql.Sql;
import io.payroute.platform.work.Continuations;

/**
 * Carries out what is to be done to stock, many callers in one transaction: it locks the reservations and stocks that are concerned,
 * decides one command after the other ({@link StockLedger}), and writes what came of all of them with one event for each product. So
 * hundreds of orders for one product wait for one commit, not for one another. Who has an answer has it from after the commit.
 */
@ApplicationScoped
class StockWrites {

    /** Below a caller's deadline, so that he is told that the database is slow. */
    private static final Duration PATIENCE = Duration.ofSeconds(4);
    /** Each time, another process has just stored what this one took for new. */
    private static final int ROUNDS = 20;
    private static final String METER = "payroute.inventory.commands";

    /** What came of a command. @param expiresAt when the order's reservation ends, null where it has none */
    record Answer(Outcome outcome, Instant expiresAt) {
    }

    private final DataSource dataSource;
    private final String topic;
    private final Duration hold;
    private final GroupCommit<StockCommand, Answer> writes;

    @Inject
    StockWrites(RoleDatabases databases, Config config) {
        this(databases.of(InventoryRole.NAME), config.getValue("topic.stock-updated", String.class),
                config.getValue("inventory.reservation.hold", Duration.class));
    }

    /** @param hold how long a reservation lasts that is not committed */
    StockWrites(DataSource dataSource, String topic, Duration hold) {
        this.dataSource = dataSource;
        this.topic = topic;
        this.hold = hold;
        this.writes = new GroupCommit<>("inventory-stock", 2, 256, 4096, GroupCommit.MOMENT, this::writeAll);
    }

    /** Returns after the commit. */
    Answer write(StockCommand command) throws Exception {
        return writes.write(command, PATIENCE);
    }

    /** @return ends after the commit */
    CompletionStage<Answer> submit(StockCommand command) {
        return writes.submit(command).thenApplyAsync(answer -> answer, Continuations.EXECUTOR);
    }

    /** Carries out all of them in one transaction of their own. */
    List<Answer> writeAll(List<? extends StockCommand> commands) throws SQLException {
        for (int round = 0; round < ROUNDS; round++) {
            List<Answer> answers = inTransaction(connection -> decide(connection, commands));
            if (answers != null) {
                CrashPoint.reached("stock-after-commit");
                count(commands, answers);
                return answers;
            }
        }
        throw new SQLTransientException("Another process stores the same orders again and again");
    }

    private List<Answer> inTransaction(Sql.Work<List<Answer>> work) throws SQLException {
        try {
            return Sql.inTransaction(dataSource, work);
        } catch (Again e) {
            return null;
        } catch (SQLException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private List<Answer> decide(Connection connection, List<? extends StockCommand> commands) throws SQLException, Again {
        Set<String> orders = new TreeSet<>();
        Set<String> products = new TreeSet<>();
        Set<String> learned = new TreeSet<>();
        Set<String> keys = new TreeSet<>();
        commands.forEach(command -> concern(command, orders, products, learned, keys));
        List<Reservation> held = StockTables.lockReservations(connection, orders);
        held.forEach(one -> products.addAll(one.items().keySet()));
        StockTables.meet(connection, learned);
        products.addAll(learned);
        StockLedger ledger = new StockLedger(StockTables.lockStocks(connection, products), held,
                StockTables.changes(connection, keys));
        List<Outcome> outcomes = commands.stream().map(command -> command.decide(ledger)).toList();
        Map<String, Instant> ends = StockTables.write(connection, ledger, hold, topic);
        if (ends == null) {
            throw new Again();
        }
        CrashPoint.reached("stock-before-commit");
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < commands.size(); i++) {
            answers.add(new Answer(outcomes.get(i), expiresAt(commands.get(i), ledger, ends)));
        }
        return answers;
    }

    private static void concern(StockCommand command, Collection<String> orders, Collection<String> products,
            Collection<String> learned, Collection<String> keys) {
        if (command instanceof Reserve reserve) {
            orders.add(reserve.orderId());
            products.addAll(reserve.items().keySet());
        } else if (command instanceof Release release) {
            orders.add(release.orderId());
        } else if (command instanceof Commit commit) {
            orders.add(commit.orderId());
        } else if (command instanceof Expire expire) {
            orders.add(expire.orderId());
        } else if (command instanceof Learn learn) {
            learned.add(learn.productId());
        } else if (command instanceof Change change) {
            products.add(change.productId());
            if (change.key() != null) {
                keys.add(change.key());
            }
        }
    }

    private static Instant expiresAt(StockCommand command, StockLedger ledger, Map<String, Instant> ends) {
        if (!(command instanceof Reserve reserve) || ledger.reservation(reserve.orderId()) == null) {
            return null;
        }
        Instant written = ends.get(reserve.orderId());
        return written == null ? ledger.reservation(reserve.orderId()).expiresAt() : written;
    }

    private static void count(List<? extends StockCommand> commands, List<Answer> answers) {
        for (int i = 0; i < commands.size(); i++) {
            Outcome outcome = answers.get(i).outcome();
            Meters.count(METER, "command", commands.get(i).word(), "outcome",
                    outcome.kind() == Outcome.Kind.DONE ? "done" : outcome.isDone() ? "repeated" : "refused");
        }
    }

    /** What was decided is not true any more; nothing of it is written. */
    private static final class Again extends Exception {

        private static final long serialVersionUID = 1L;

        Again() {
            super(null, null, false, false);
        }
    }

    @PreDestroy
    void close() {
        writes.close();
    }
}

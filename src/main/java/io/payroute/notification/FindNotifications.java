package io.payroute.notification;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

import io.payroute.platform.RoleDatabases;
import io.payroute.platform.sql.Sql;

/** Reads notifications, the newest first. */
@ApplicationScoped
class FindNotifications {

    private static final String SELECT = """
            SELECT n.id, kind, status, fields->>'paymentId' AS payment_id, address, template,
              coalesce(w.attempts, n.attempts) AS attempts, coalesce(w.unanswered, n.unanswered) AS unanswered,
              coalesce(w.reason, n.reason) AS reason, n.created_at, greatest(w.due_at, w.leased_until) AS due_at, sent_at
            FROM notification n %s JOIN notification_work w ON w.id = n.id WHERE true""";

    /**
     * What is searched; null where it does not matter.
     *
     * @param status one of the table's words
     * @param kind {@code email}, {@code sms} or a kind of the team's own
     * @param before the last id of the page before
     */
    record Wanted(String status, String kind, String paymentId, String recipient, Long before, int limit) {
    }

    /** A row; what it has not is null. */
    record Row(long id, String kind, String status, String paymentId, String address, String template, int attempts,
            int unanswered, String reason, Instant createdAt, Instant dueAt, Instant sentAt) {
    }

    private final DataSource dataSource;

    @Inject
    FindNotifications(RoleDatabases databases) {
        this(databases.of(NotificationRole.NAME));
    }

    FindNotifications(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    List<Row> page(Wanted wanted) throws SQLException {
        boolean queued = "queued".equals(wanted.status());
        StringBuilder sql = new StringBuilder(SELECT.formatted(queued ? "" : "LEFT"));
        List<Object> parameters = new ArrayList<>();
        if (!queued) {
            add(sql, parameters, "sent".equals(wanted.status()) ? " AND status = ?" : " AND unsent = ?", wanted.status());
        }
        // Said again for the index of the few that are no mails.
        add(sql, parameters,
                NewNotification.EMAIL.equals(wanted.kind()) ? " AND kind = ?" : " AND kind = ? AND kind <> 'email'",
                wanted.kind());
        add(sql, parameters, " AND hashtext(fields->>'paymentId') = hashtext(?) AND fields->>'paymentId' = ?",
                wanted.paymentId());
        add(sql, parameters, " AND hashtext(address) = hashtext(?) AND address = ?", wanted.recipient());
        add(sql, parameters, " AND n.id < ?", wanted.before());
        parameters.add(wanted.limit());
        return Sql.query(dataSource, sql.append(" ORDER BY n.id DESC LIMIT ?").toString(), FindNotifications::row,
                parameters.toArray());
    }

    Optional<Row> find(long id) throws SQLException {
        return Sql.query(dataSource, SELECT.formatted("LEFT") + " AND n.id = ?", FindNotifications::row, id).stream()
                .findFirst();
    }

    private static void add(StringBuilder sql, List<Object> parameters, String condition, Object value) {
        if (value != null) {
            sql.append(condition);
            condition.chars().filter(c -> c == '?').forEach(each -> parameters.add(value));
        }
    }

    private static Row row(ResultSet row) throws SQLException {
        String payment = row.getString("payment_id");
        return new Row(row.getLong("id"), row.getString("kind"), row.getString("status"),
                payment == null || payment.isEmpty() ? null : payment, row.getString("address"), row.getString("template"),
                row.getInt("attempts"), row.getInt("unanswered"), row.getString("reason"), Sql.instant(row, "created_at"),
                Sql.instant(row, "due_at"), Sql.instant(row, "sent_at"));
    }
}

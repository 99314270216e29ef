package io.payroute.aggregator.stream;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

import javax.sql.DataSource;

import com.google.protobuf.InvalidProtocolBufferException;

import io.payroute.aggregator.PaymentRows;
import io.payroute.platform.sql.Sql;
import io.payroute.proto.payment.Payment;

/** The statements of streams. The numbers of events are the order of their commits, so whoever has read up to one has missed none. */
final class StreamReads {

    /** Rows of one statement; so many one who catches up holds in memory. */
    static final int PAGE = 200;
    private static final String POSITION = "SELECT coalesce((SELECT last FROM position), 0), "
            + "coalesce((SELECT min(seq) FROM payment_event), (SELECT last + 1 FROM position), 1)";
    private static final String AFTER = """
            SELECT seq, provider, status, topic, payload FROM payment_event WHERE seq > ? ORDER BY seq LIMIT""" + " " + PAGE;
    private static final String SNAPSHOT = "SELECT " + PaymentRows.COLUMNS + """
            , p.processed_at, p.seq FROM payment p WHERE p.seq > ? AND p.seq <= ? ORDER BY p.seq LIMIT""" + " " + PAGE;

    private final DataSource dataSource;

    /** @param last the number of the last event, @param first of the oldest that is kept */
    record Position(long last, long first) {
    }

    /** One event, whose message is null when it changed nothing. */
    record Row(long seq, StreamedEvent event) {
    }

    StreamReads(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    Position position() throws SQLException {
        return Sql.query(dataSource, POSITION, row -> new Position(row.getLong(1), row.getLong(2))).get(0);
    }

    List<Row> after(long seq) throws SQLException {
        return Sql.query(dataSource, AFTER, StreamReads::event, seq);
    }

    List<StreamedEvent> snapshot(long after, long horizon) throws SQLException {
        return Sql.query(dataSource, SNAPSHOT,
                row -> StreamedEvent.existing(row.getLong("seq"), horizon, PaymentRows.message(row)), after, horizon);
    }

    private static Row event(ResultSet row) throws SQLException {
        byte[] payload = row.getBytes("payload");
        long seq = row.getLong("seq");
        try {
            return new Row(seq, payload == null
                    ? null
                    : StreamedEvent.fresh(seq, row.getString("provider"), row.getString("status"), row.getString("topic"),
                            Payment.parseFrom(payload)));
        } catch (InvalidProtocolBufferException e) {
            throw new SQLException(e);
        }
    }
}

package io.payroute.payment;

import java.sql.Connection;
import java.sql.SQLException;

import org.postgresql.ds.PGSimpleDataSource;

/** A database that cannot be reached. */
public final class UnavailableDataSource extends PGSimpleDataSource {

    private static final long serialVersionUID = 1L;

    @Override
    public Connection getConnection() throws SQLException {
        throw new SQLException("The connection attempt failed.", "08001");
    }
}

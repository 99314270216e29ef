package io.payroute.platform;

import javax.sql.DataSource;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;

import io.agroal.api.AgroalDataSource;
import io.quarkus.agroal.DataSource.DataSourceLiteral;

/** The database of each role that is on. A role reads and writes its own and no other. */
@ApplicationScoped
public class RoleDatabases {

    private final Instance<AgroalDataSource> dataSources;

    RoleDatabases(@Any Instance<AgroalDataSource> dataSources) {
        this.dataSources = dataSources;
    }

    public DataSource of(String role) {
        return dataSources.select(new DataSourceLiteral(role)).get();
    }
}

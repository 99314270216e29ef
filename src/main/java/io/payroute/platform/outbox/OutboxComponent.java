package io.payroute.platform.outbox;

import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

import javax.sql.DataSource;

import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

import io.payroute.platform.RoleDatabases;
import io.payroute.platform.http.AcceptFirst;

/** The events that a role committed, as an endpoint: {@code from: outbox:<role>}. See {@link OutboxConsumer}. */
@Singleton
@Named("outbox")
@Component("outbox")
public class OutboxComponent extends DefaultComponent {

    /** The database of a role. */
    @FunctionalInterface
    public interface Databases {
        DataSource of(String role);
    }

    private final Databases databases;
    private final Supplier<IntSupplier> pace;

    @Inject
    public OutboxComponent(RoleDatabases databases, AcceptFirst acceptFirst) {
        this(databases::of, acceptFirst::pace);
    }

    /** @param pace for each role: how many events may leave at this poll; {@code Integer.MAX_VALUE} for all there are */
    public OutboxComponent(Databases databases, Supplier<IntSupplier> pace) {
        this.databases = databases;
        this.pace = pace;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        OutboxEndpoint endpoint = new OutboxEndpoint(uri, this, remaining);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    DataSource database(String role) {
        return databases.of(role);
    }

    IntSupplier pace() {
        return pace.get();
    }
}

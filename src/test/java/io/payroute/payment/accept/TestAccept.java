package io.payroute.payment.accept;

import java.time.Duration;
import java.util.concurrent.ForkJoinPool;

import io.payroute.payment.TestPayments;
import io.payroute.platform.TestRoles;
import io.payroute.testing.TestDatabase;

/** Takes payments in tests of other packages. */
public final class TestAccept implements AutoCloseable {

    private final AcceptPayment accept;

    public TestAccept(TestDatabase database) {
        accept = new AcceptPayment(TestRoles.databases(database.dataSource()), TestPayments.providerRules(),
                ForkJoinPool.commonPool(), 1, 16, 64, Duration.ofSeconds(20), "payment-topic");
    }

    public AcceptPayment accept() {
        return accept;
    }

    @Override
    public void close() {
        accept.close();
    }
}

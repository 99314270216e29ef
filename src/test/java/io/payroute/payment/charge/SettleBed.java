package io.payroute.payment.charge;

import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

import io.payroute.payment.PaymentOutcomes;
import io.payroute.payment.TestPayments;
import io.payroute.payment.routing.ProviderBreakers;
import io.payroute.payment.routing.ProviderMeters;
import io.payroute.platform.TestRoles;
import io.payroute.testing.TestDatabase;

/** Answers of providers, settled in a real database. */
@Timeout(60)
abstract class SettleBed {

    static TestDatabase database;

    final PaymentOutcomes outcomes = TestPayments.outcomes(database);
    private SettleCharge settling;

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @BeforeEach
    void clear() {
        database.clear();
    }

    @AfterEach
    void close() {
        settling.close();
        outcomes.close();
    }

    SettleCharge settling(ChargeRules rules, ProviderBreakers breakers, ProviderMeters meters) {
        settling = new SettleCharge(TestRoles.databases(database.dataSource()), rules, breakers, meters, outcomes,
                "payment.status-updated", 100, 100, Duration.ofSeconds(20));
        return settling;
    }
}

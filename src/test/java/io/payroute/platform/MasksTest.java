package io.payroute.platform;

import java.lang.management.ManagementFactory;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class MasksTest {

    @ParameterizedTest
    @ValueSource(strings = {"ada.lovelace+pay@example.com", "ada@shop.customers.test", "o'ada@example.co.uk",
            "ada@ex-ample.org",
            "ada@m\u00fcnchen.example", "ada@example.xn--p1ai", "ada%40example.com", "ada_1@123.example.com"})
    void shouldMaskAddresses(String address) {
        // When
        String line = Masks.masked("550 <" + address + ">, to=" + address + ".");

        // Then
        assertThat(line).isEqualTo("550 <***@***>, to=***@***.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"java.util.concurrent.ThreadPoolExecutor@1234[Shutting down, pool size = 1]",
            "Forcing shutdown of ExecutorService: org.apache.camel.util.concurrent.SizedScheduledExecutorService@5f1c3ab7",
            "payroute@localhost", "@Inject", "io.payroute.Foo@2a139a55.", "jdbc:postgresql://host/db?x=a@b"})
    void shouldLeaveWhatIsNoAddress(String text) {
        assertThat(Masks.masked(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111", "378282246310005",
            "3782 822463 10005", "30569309025904", "5555555555554444", "2223003122003222", "6011111111111117",
            "3530111333300000",
            "4222222222222", "6759649826438453", "6240008631401148", "4000000000000000006", "501800000009"})
    void shouldMaskNumbersOfCards(String number) {
        // When
        String line = Masks.masked("card=" + number + ", at 5 " + number + " 12/29");

        // Then
        assertThat(line).isEqualTo("card=****, at 5 **** 12/29");
    }

    @ParameterizedTest
    @ValueSource(strings = {"4111111111111112", "1732689600000", "1732689600123456", "202611270741351", "000000000000",
            "0000000000000000",
            "123456789012", "41111111111111111111", "2026-11-27 07:41:35", "offset=1234567890123", "+49 170 1234567",
            "01936e51-2345-7890-8123-411111111111", "11111111-2222-4333-8444-555555555555", "4bf92f3577b34da6a3ce929d0e0e4736",
            "evt_4111111111111111x"})
    void shouldLeaveOtherNumbers(String number) {
        assertThat(Masks.masked("at " + number + " it failed")).isEqualTo("at " + number + " it failed");
    }

    @Test
    void shouldMaskEachCardOfALine() {
        assertThat(Masks.masked("4111111111111111 4111 1111 1111 1111 7 378282246310005")).isEqualTo("**** **** 7 ****");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a@", "4", "4 ", "a.", "@a.", "1-", "%40a.", "4111111111111111 "})
    void shouldTakeTimeInProportionToTheLine(String part) {
        // Given
        String text = "x@" + part.repeat(100_000 / part.length()) + "@";

        // When
        long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        Masks.masked(text);
        long taken = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;

        // Then: of the processor, so that a busy machine is no reason.
        assertThat(Duration.ofNanos(taken)).isLessThan(Duration.ofSeconds(2));
    }
}

package io.payroute.watch;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** What PromQL means by the forms that alert rules use. */
class AlertExpressionTest {

    private static final List<Scrape> SCRAPES = Stream.of("""
            calls_total{p="a",o="ok"} 10
            calls_total{p="a",o="bad"} 0
            calls_total{p="b",o="ok"} 5
            calls_total{p="c",o="ok"} 7
            fallen_total 9
            depth{q="x",role="r"} 1""", """
            calls_total{p="a",o="ok"} 10
            calls_total{p="a",o="bad"} 3
            calls_total{p="b",o="ok"} 6
            calls_total{p="c",o="ok"} 7
            new_total 4
            fallen_total 2
            depth{q="x",role="r"} 4
            depth{q="y",role="r"} 0""").map(Scrape::parse).toList();

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            depth > 3 ; 1
                        depth{q="y"} > 3 ; 0
                        depth{q=~"x|y"} > -0 ; refused
                        depth{q!="x"} == 0 ; 1
                        increase(calls_total[5m]) > 0 ; 2
                        increase(calls_total{o!="ok"}[5m]) > 2 ; 1
                        increase(calls_total{o!="ok"}[5m]) > 3 ; 0
                        increase(new_total[5m]) > 0 ; 0
                        increase(fallen_total[5m]) > 1 ; 1
                        sum by (p) (increase(calls_total{o="bad"}[5m])) / sum by (p) (increase(calls_total[5m])) > 0.9 ; 1
                        sum by (p) (increase(calls_total{o="ok"}[5m])) / sum by (p) (increase(calls_total[5m])) > 0.9 ; 1
                        time() - depth > 1000 ; 2
                        absent_metric > 0 ; 0
                        """)
    void shouldHoldForWhatPrometheusWouldTell(String expression, String expected) {
        if (expected.equals("refused")) {
            assertThatIllegalArgumentException().isThrownBy(() -> AlertExpression.of(expression));
        } else {
            assertThat(AlertExpression.of(expression).holds(SCRAPES, Instant.now())).hasSize(Integer.parseInt(expected));
        }
    }

    @Test
    void shouldLeaveOutWhatIsBeforeTheRange() {
        assertThat(AlertExpression.of("increase(calls_total[5m]) > 0").holds(SCRAPES, Instant.now().plusSeconds(301)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"depth", "rate(calls_total[5m]) > 1", "depth > 1 and depth > 2", "max(depth) > 1", "depth + 1 > 2"})
    void shouldRefuseWhatItDoesNotKnow(String expression) {
        assertThatIllegalArgumentException().isThrownBy(() -> AlertExpression.of(expression));
    }

    @Test
    void shouldKnowEveryRule() throws Exception {
        assertThat(WatchFiles.alerts().values()).hasSizeGreaterThan(20).allSatisfy(AlertExpression::of);
    }
}

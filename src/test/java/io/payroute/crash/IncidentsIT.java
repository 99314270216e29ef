package io.payroute.crash;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.vertx.core.json.JsonObject;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What operators live with, found and dealt with on their pages alone, with links and forms as a browser without scripts has them:
 * each begins on the overview and ends in the record of actions.
 */
@Timeout(240)
class IncidentsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static Surroundings all;
    private static Desk desk;

    @BeforeAll
    static void logIn() throws Exception {
        all = Surroundings.shared();
        desk = new Desk(all.bed.address());
        desk.logIn("operate", Surroundings.token("operate"));
    }

    @Test
    void shouldFindThePaymentsOfAProviderThatIsDownAndHaveItAskedAgain() throws Exception {
        // Given
        all.silenceOfStripe();
        String payment = all.desk.pay("down", "51.00", "pm_card_visa");
        all.desk.awaitStatus(payment, "unknown");

        // When
        String found = onOverview("payments-unknown");
        await(() -> assertThat(desk.page(found)).contains("/ops/payments/" + payment));
        String page = desk.page("/ops/payments/" + payment);
        all.change("payment",
                "UPDATE charge_work SET due_at = now() + interval '1 hour', not_before = now() + interval '1 hour' "
                        + "WHERE due_at = not_before AND payment_id = '" + payment + "'");
        all.answerOfStripe();
        desk.form(form(page, "/ask"), "");

        // Then
        assertThat(page).contains("provider.call", "unanswered", "stripe");
        await(() -> assertThat(desk.page("/ops/payments/" + payment)).contains("completed"));
        recorded("/ops/payments/" + payment + "/ask");
    }

    @Test
    void shouldMendAMessageThatCannotBeProcessedAndReplayIt() throws Exception {
        // Given
        all.put("payment-topic", "{\"userId\":\"poison\",\"amount\":-1,\"currency\":\"EUR\",\"method\":\"card\"}",
                Map.of("content-type", "application/json"), 1);

        // When
        String list = onOverview("dead-letters");
        String letter = link(desk.page(list), "/ops/dead-letters/payment/\\d+");
        String page = desk.page(letter);
        desk.form(form(page, "/edit"),
                "payload=%7B%22userId%22%3A%22mended%22%2C%22amount%22%3A52%2C%22currency%22%3A%22EUR%22%2C"
                        + "%22method%22%3A%22card%22%7D");
        desk.form(form(page, "/replay"), "");

        // Then
        assertThat(page).contains("amount");
        await(() -> assertThat(desk.page("/ops/payments?user_id=mended&status=completed")).contains("52.00 EUR"));
        assertThat(desk.page(letter)).contains("replayed");
        recorded(letter + "/edit");
        recorded(letter + "/replay");
    }

    @Test
    void shouldSayWhyMailsDoNotLeaveAndSendThemNow() throws Exception {
        // Given
        all.bed.refuseMail(true);
        String payment = all.desk.pay("mails", "53.00", "card");

        // When
        await(() -> assertThat(desk.page("/ops/notifications?status=queued&payment_id=" + payment)).contains("553"));
        String list = onOverview("notifications");
        String waiting = desk.page(list);
        await(() -> assertThat(desk.page("/ops")).containsPattern("notifications is degraded</strong>: [^<]*553")
                .contains("<a href=\"/ops/notifications?status=queued\">Messages that wait</a>"));
        JsonObject health = desk.get("/health");
        all.bed.refuseMail(false);
        String send = form(desk.page("/ops/notifications?payment_id=" + payment), "/send");
        desk.form(send, "");

        // Then
        assertThat(health.getString("status")).isEqualTo("degraded");
        assertThat(health.getJsonObject("notifications").getJsonObject("email").getString("cause")).contains("553");
        assertThat(list).contains("status=queued");
        assertThat(waiting).contains("/ops/payments/" + payment);
        await(() -> assertThat(desk.page("/ops/notifications?payment_id=" + payment)).contains("<td>sent</td>"));
        recorded(send);
    }

    @Test
    void shouldTellACustomerWhatBecameOfAPaymentAndSendTheMailAgain() throws Exception {
        // Given
        String payment = all.desk.pay("asked", "54.00", "card");
        all.desk.awaitStatus(payment, "completed");

        // When
        String found = link(desk.page("/ops/payments?email=asked%40alerts.test"), "/ops/payments/[-0-9a-f]{36}");
        await(() -> assertThat(desk.page(found)).contains("mail.sent"));
        String history = desk.page(found);
        String send = form(desk.page(link(history, "/ops/notifications\\?payment_id=[-0-9a-f]{36}")), "/send");
        desk.form(send, "");

        // Then
        assertThat(found).endsWith(payment);
        assertThat(history).contains("payment.created", "provider.call", "54.00 EUR");
        recorded(send);
    }

    @Test
    void shouldCloseAConflictWithAProvidersBooksAndSayWhatWasDone() throws Exception {
        // Given
        String payment = all.desk.pay("books", "7.77", "pm_card_visa");
        all.desk.awaitStatus(payment, "completed");

        // When
        String list = desk.page(onOverview("provider-conflicts"));
        String close = form(list, "/ops/conflicts/\\d+", "/close");
        desk.form(close, "reason=refunded+2.22+there");

        // Then
        assertThat(list).contains("/ops/payments/" + payment, "9.99 EUR");
        assertThat(desk.page("/ops/conflicts")).doesNotContain(close + "\"")
                .containsPattern("(?s)Closed last.*" + payment + ".*operate.*refunded 2.22 there");
        assertThat(desk.page("/ops/payments/" + payment)).contains("provider.conflict-closed", "refunded 2.22 there");
        recorded(close);
        assertThat(desk.page("/ops/actions")).contains("<a href=\"/ops/conflicts\">Conflicts</a>: close",
                "<td class=\"wide\">refunded 2.22 there</td>");
    }

    @Test
    void shouldFindWhereTheBooksDifferAndSeeThatTheyAgreeAgain() throws Exception {
        // Given
        String payment = all.desk.pay("differs", "55.00", "card");
        all.desk.awaitStatus(payment, "completed");
        all.change("payment", "UPDATE sandbox_charge SET amount_minor = 4400 WHERE amount_minor = 5500");

        // When
        String run = compare();
        String findings = desk.page(run);
        String list = onOverview("reconciliation-findings");
        String close = form(findings, "/findings/\\d+/close");
        desk.form(close, "reason=corrected+there");
        String closed = desk.page(run);
        all.change("payment", "UPDATE sandbox_charge SET amount_minor = 5500 WHERE amount_minor = 4400");

        // Then
        assertThat(findings).contains("/ops/payments/" + payment, "44.00 EUR", "55.00 EUR");
        assertThat(list).isEqualTo("/ops/reconciliations");
        assertThat(closed).contains("closed by operate: corrected there");
        assertThat(desk.page(compare())).doesNotContain("/ops/payments/" + payment);
        recorded(close);
        recorded("POST /ops/reconciliations");
    }

    /** @return the page of the run, which is completed */
    private static String compare() throws Exception {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        desk.form("/ops/reconciliations",
                "provider=sandbox&from=" + today.minusDays(1) + "&to=" + today.plusDays(1));
        String run = link(desk.page("/ops/reconciliations"), "/ops/reconciliations/[-0-9a-f]{36}");
        await(() -> assertThat(desk.page(run)).contains("completed"));
        return run;
    }

    /** @return where the overview leads to for this queue, once something waits there */
    private static String onOverview(String queue) {
        Pattern row = Pattern.compile("<tr[^>]*><td>\\w+</td><th scope=\"row\"><a href=\"([^\"]+)\">" + queue
                + "</a></th><td class=\"number\">[1-9]");
        String[] link = new String[1];
        await(() -> {
            Matcher found = row.matcher(desk.page("/ops"));
            assertThat(found.find()).as(queue).isTrue();
            link[0] = found.group(1);
        });
        return link[0];
    }

    private static String link(String page, String address) {
        Matcher link = Pattern.compile("href=\"(" + address + ")\"").matcher(page);
        assertThat(link.find()).as(address + " in " + page).isTrue();
        return link.group(1);
    }

    private static String form(String page, String end) {
        return form(page, "[^\"]+", end);
    }

    private static String form(String page, String begin, String end) {
        Matcher form = Pattern.compile("<form method=\"post\" action=\"(" + begin + end + ")\"").matcher(page);
        assertThat(form.find()).as(end + " in " + page).isTrue();
        return form.group(1);
    }

    private static void recorded(String what) {
        await(() -> assertThat(desk.page("/ops/actions")).containsPattern("<td>operate</td>.*" + Pattern.quote(what)
                + "</code></th><td class=\"wide\">[^<]*</td><td>done \\(303\\)"));
    }

    private static void await(ThrowingRunnable condition) {
        Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).untilAsserted(condition);
    }
}

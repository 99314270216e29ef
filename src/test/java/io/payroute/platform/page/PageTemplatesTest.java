package io.payroute.platform.page;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.payroute.platform.Templates;

import static org.assertj.core.api.Assertions.assertThat;

/** What the pages say in states that a running application seldom has. */
class PageTemplatesTest {

    private final Templates templates = new Templates("templates/page");

    @Test
    void shouldSayWhatNeedsSomebodyAndWhereItIsDealtWith() {
        // When
        String page = page("overview", Map.of(),
                """
                {"ready": true, "troubled_checks": [{"name": "providers", "state": "degraded", "cause": "stripe: does not answer",
                   "advice": "Ask the provider.", "links": [{"title": "Payments without an answer", "path": "/ops/payments?status=unknown"}]}],
                 "troubled_queues": [{"role": "payment", "queue": "dead-letters", "due": 2, "age": "3 s", "why": "needs somebody",
                   "in_flight": null, "link": "/ops/dead-letters/payment"}],
                 "checks": [{"name": "providers", "state": "degraded", "cause": "stripe: does not answer"}],
                 "queues": [{"role": "payment", "queue": "outbox", "due": 0, "age": "0 s", "why": null, "in_flight": 1, "link": null}]}""");

        // Then
        assertThat(page).contains("<strong>providers is degraded</strong>: stripe: does not answer<br>Ask the provider.",
                "<a href=\"/ops/payments?status=unknown\">Payments without an answer</a>",
                "<a href=\"/ops/dead-letters/payment\">dead-letters</a> of payment: 2, needs somebody, the oldest for 3 s");
    }

    @Test
    void shouldSayThatNothingNeedsSomebody() {
        assertThat(page("overview", Map.of(), """
                {"ready": true, "troubled_checks": [], "troubled_queues": [], "checks": [], "queues": []}"""))
                .contains("<p>Nothing.</p>");
    }

    @Test
    void shouldSayOfAFindingWhatItIsAndHowItIsSettled() {
        // When
        String page = page("reconciliation", Map.of(), """
                {"reconciliation": {"id": "7", "provider": "stripe", "from": "a", "to": "b", "status": "completed", "repair": false,
                   "differences": {"extra": 1, "refund": 1}, "listed": 3, "requested_by": "schedule", "created_at": "c"},
                 "findings": [{"id": 1, "kind": "extra", "payment_id": null, "reference": "ch_1", "our_status": null,
                     "their_status": "completed", "their_amount": "1.00", "their_currency": "EUR", "their_captured": null,
                     "their_refunded": null, "repair": "not_repairable", "closed_by": null},
                   {"id": 2, "kind": "refund", "payment_id": "p", "reference": null, "our_status": null, "their_status": null,
                     "repair": null, "closed_by": "desk", "closed_reason": "refunded there"}]}""");

        // Then
        assertThat(page).contains("The provider lists it, and no payment here has it", "needs a person", "extra 1, refund 1",
                "action=\"/ops/reconciliations/7/findings/1/close\"", "closed by desk: refunded there")
                .doesNotContain("findings/2/close");
        assertThat(page.split("<table>", -1)).hasSize(2);
    }

    @Test
    void shouldSayOfAnOrderWhereAndWhyItIsStuck() {
        // When
        String page = page("orders", Map.of(), """
                {"orders": [{"id": "o-1", "status": "PENDING", "payment_id": "p-1", "step": "commit", "since": "a", "failures": 6,
                    "cause": "<UNAVAILABLE>", "due_at": "b"},
                  {"id": "o-2", "status": "PENDING", "payment_id": null, "step": "reserve", "since": "a", "failures": 7,
                    "cause": null, "due_at": "b"}]}""");

        // Then
        assertThat(page).contains("<code>commit</code>", "&lt;UNAVAILABLE&gt;", "<a href=\"/ops/payments/p-1\">p-1</a>", "o-2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"payments", "notifications", "provider-events", "deliveries"})
    void shouldKeepWhatWasEnteredWhereItIsRefused(String name) {
        // When
        String page = page(name, Map.of("status", "failed", "amount", "12,50", "recipient", "ada<", "provider", "adyen"),
                "{\"problem\": {\"detail\": \"That is no amount.\", \"errors\": [{\"field\": \"amount\"}]}}");

        // Then
        assertThat(page).contains("<p role=\"alert\">That is no amount.</p>", "There are none.");
        assertThat(page).containsPattern("value=\"(12,50|ada&lt;|adyen)\"|<option selected>failed");
    }

    private String page(String name, Map<String, Object> request, String json) {
        Map<String, Object> whole = new HashMap<>(request);
        whole.putAll(Map.of("path", "/ops", "caller", "operator", "id", "1"));
        return templates.render(name + ".html",
                Map.of("it", Pages.read(json), "request", whole, "links",
                        List.of(Map.of("path", "/ops", "title", "Overview", "here", true))));
    }
}

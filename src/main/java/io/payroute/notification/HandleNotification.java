package io.payroute.notification;

import java.math.BigDecimal;
import java.util.List;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.eclipse.microprofile.config.Config;

import io.payroute.money.CurrencyExponents;
import io.payroute.money.Money;
import io.payroute.platform.Ids;
import io.payroute.platform.Refusal;
import io.payroute.proto.payment.Notification;
import io.payroute.proto.payment.PaymentRequest;
import io.vertx.core.json.JsonObject;

/**
 * Tells what became of a payment: what the route {@value Channels#HOOK} makes of it, each message once for each event id; without a
 * route of the team that is one mail to the customer. A client of the first generation sends a user, an amount and a method only; he
 * gets a mail for each call.
 */
@ApplicationScoped
@Named("handleNotification")
public class HandleNotification {

    static final String NO_ADDRESS = "no_address";
    private static final int MAX_REASON = 300;

    private final StoreNotifications store;
    private final boolean testAddresses;

    @Inject
    HandleNotification(StoreNotifications store, Config config) {
        this(store, !config.getOptionalValue("payroute.mode", String.class).orElse("embedded").equals("external"));
    }

    /** @param testAddresses whether a user without an address gets one in the domain customers.test */
    HandleNotification(StoreNotifications store, boolean testAddresses) {
        this.store = store;
        this.testAddresses = testAddresses;
    }

    /** Checks the request, and makes a {@link PaymentNews} of it. */
    public void read(@Body PaymentRequest request, Exchange exchange) {
        NewNotification mail = notification(request, testAddresses);
        Channels.begin(exchange, news(request, mail), mail);
    }

    /** @return after the commit, which has every message of the event */
    public Notification store(Exchange exchange) throws Exception {
        List<NewNotification> messages = Channels.messages(exchange);
        if (!messages.isEmpty()) {
            store.store(messages);
        }
        NewNotification mail = Channels.mail(exchange);
        return Notification.newBuilder().setUserId(mail.userId()).setMessage(mail.subject()).build();
    }

    static PaymentNews news(PaymentRequest request, NewNotification mail) {
        String amount = mail.fields().getString("amount");
        String currency = currency(request);
        long minor = request.getAmountMinor() != 0
                ? request.getAmountMinor()
                : new BigDecimal(amount.substring(0, amount.indexOf(' '))).movePointRight(CurrencyExponents.of(currency))
                        .longValue();
        return new PaymentNews(mail.dedupeKey(), mail.fields().getString("paymentId"),
                request.getOrderId(), mail.userId(), mail.address() == null ? "" : mail.address(),
                mail.fields().getString("status"), amount, minor, currency, mail.fields().getString("method"),
                mail.fields().getString("reason"));
    }

    private static String currency(PaymentRequest request) {
        return request.getCurrency().isBlank() ? "USD" : request.getCurrency();
    }

    static NewNotification notification(PaymentRequest request, boolean testAddresses) {
        String userId = Rules.requiredLine("userId", request.getUserId(), Rules.MAX_ID);
        String status = request.getStatus().isBlank() ? "pending" : Rules.line("status", request.getStatus(), 40);
        String amount = amount(request);
        String address = address(request, userId, testAddresses);
        String eventId = Rules.line("event_id", request.getEventId(), Rules.MAX_ID);
        String reason = request.getReason().replaceAll("\\p{Cntrl}+", " ");
        JsonObject fields = new JsonObject().put("amount", amount).put("status", status)
                .put("paymentId", Rules.paymentId("payment_id", request.getPaymentId()))
                .put("method", Rules.line("method", request.getMethod(), Rules.MAX_ID))
                .put("reason", reason.substring(0, Math.min(MAX_REASON, reason.length())));
        return new NewNotification(NewNotification.EMAIL, eventId.isBlank() ? Ids.next().toString() : eventId, userId, address,
                "Payment of " + amount + " " + word(status), template(status), fields, address == null ? NO_ADDRESS : null);
    }

    private static String address(PaymentRequest request, String userId, boolean testAddresses) {
        if (!request.getEmail().isBlank()) {
            return Rules.email("email", request.getEmail());
        }
        return testAddresses ? Rules.testAddress(userId) : null;
    }

    private static String amount(PaymentRequest request) {
        String currency = currency(request);
        if (request.getAmountMinor() != 0) {
            return Money.ofEither(request.getAmount(), request.getAmountMinor(), currency).toDecimalText() + " " + currency;
        }
        double amount = request.getAmount();
        if (!(amount > 0 && amount <= Money.MAX_MINOR)) {
            throw Refusal.invalid("amount", "amount", "amount must be greater than 0");
        }
        // The text of the double, not rounded: an old client is told what he said.
        BigDecimal exact = new BigDecimal(Double.toString(amount)).stripTrailingZeros();
        int decimals = Math.max(exact.scale(), CurrencyExponents.of(currency));
        return exact.setScale(decimals).toPlainString() + " " + currency;
    }

    private static String word(String status) {
        return isReceived(status) ? "received" : status.replace('_', ' ');
    }

    private static String template(String status) {
        return switch (status) {
            case "completed" -> "payment-completed";
            case "failed" -> "payment-failed";
            default -> isReceived(status) ? "payment-received" : "payment-updated";
        };
    }

    private static boolean isReceived(String status) {
        return status.equals("pending") || status.equals("processing");
    }
}
